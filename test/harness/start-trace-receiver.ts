import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
});
const Body = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.array(z.object({ key: z.string(), value: z.looseObject({}) })),
      }),
      scopeSpans: z.array(z.object({ spans: z.array(z.looseObject(Span.shape)) })),
    }),
  ),
});

export interface ReceivedSpan extends z.infer<typeof Span> {
  service: string;
}

/** Takes what is sent to a collector over OTLP/HTTP, as JSON. */
export async function startTraceReceiver(): Promise<{
  url: string;
  spans: ReceivedSpan[];
  /** All that came, as it came. */
  bodies: string[];
  close(): Promise<void>;
}> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      bodies.push(text);
      for (const { resource, scopeSpans } of Body.parse(JSON.parse(text)).resourceSpans) {
        const name = resource.attributes.find(({ key }) => key === "service.name");
        const service = String(name?.value["stringValue"]);
        for (const scope of scopeSpans)
          for (const span of scope.spans) spans.push({ ...Span.parse(span), service });
      }
      response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
