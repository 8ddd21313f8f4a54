import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";

/** Ids and words out of short lists. All else stays here: addresses with their query, headers, messages of errors. */
const allowed = new Set([
  "http.request.method",
  "http.response.status_code",
  "http.route",
  "run_id",
  "temporalActivityId",
  "temporalUpdateId",
  "temporalWorkflowId",
]);

/** An exporter that passes on what may leave of each span: its names, times and ids. */
export function cleanSpans(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(clean), done),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

function clean(span: ReadableSpan): ReadableSpan {
  const attributes = Object.fromEntries(
    Object.entries(span.attributes).filter(([name]) => allowed.has(name)),
  );
  // What an error says may be content; that there was one is in the status.
  const overrides = { attributes, status: { code: span.status.code }, events: [], links: [] };
  return Object.create(
    span,
    Object.getOwnPropertyDescriptors(overrides) as PropertyDescriptorMap,
  ) as ReadableSpan;
}
