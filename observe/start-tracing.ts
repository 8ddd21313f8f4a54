/** OpenTelemetry. Loaded only where an endpoint is set. */
import { context, propagation, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import fastifyOtel from "@fastify/otel";
import type { ClientInterceptors } from "@temporalio/client";
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
} from "@temporalio/interceptors-opentelemetry-v2";
import type { WorkerOptions } from "@temporalio/worker";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import fastifyPlugin from "fastify-plugin";
import type { Logger } from "pino";
import { nameTraces } from "../logger.ts";
import { cleanSpans } from "./clean-spans.ts";
import { useTraceContext } from "./trace-context.ts";

export interface Tracing {
  /** Makes a span of each request. */
  requests: FastifyPluginAsync;
  client: ClientInterceptors;
  worker: Pick<WorkerOptions, "interceptors" | "sinks">;
  /** Sends what is not sent yet. */
  stop(): Promise<void>;
}

/** Sends spans over OTLP/HTTP to `endpoint` (an origin, as `http://127.0.0.1:4318`). Once per process. */
export function startTracing(options: {
  endpoint: string;
  serviceName: string;
  logger: Logger;
}): Tracing {
  const resource = resourceFromAttributes({ "service.name": options.serviceName });
  const url = `${options.endpoint.replace(/\/+$/, "")}/v1/traces`;
  const exporter = cleanSpans(
    tellFailures(
      new OTLPTraceExporter({ url, concurrencyLimit: 2, timeoutMillis: 5_000 }),
      options.logger,
    ),
  );
  const processor = new BatchSpanProcessor(exporter, { scheduledDelayMillis: 1_000 });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  nameTraces(() => {
    const traceId = trace.getActiveSpan()?.spanContext().traceId;
    return traceId === undefined ? {} : { traceId };
  });
  useTraceContext({
    current() {
      const carrier: { traceparent?: string } = {};
      propagation.inject(context.active(), carrier);
      return carrier.traceparent ?? null;
    },
    within: (traceparent, work) =>
      context.with(propagation.extract(context.active(), { traceparent }), work),
  });
  const clientInterceptor = new OpenTelemetryWorkflowClientInterceptor();
  return {
    requests: requestSpans(),
    client: { workflow: [clientInterceptor] },
    worker: {
      interceptors: {
        activity: [
          (activity) => ({
            inbound: new OpenTelemetryActivityInboundInterceptor(activity),
            outbound: new OpenTelemetryActivityOutboundInterceptor(activity),
          }),
        ],
      },
      sinks: { exporter: makeWorkflowExporter(processor, resource) },
    },
    async stop() {
      useTraceContext(undefined);
      nameTraces(() => ({}));
      await provider.shutdown();
    },
  };
}

function requestSpans(): FastifyPluginAsync {
  const instrumentation = new fastifyOtel.FastifyOtelInstrumentation({
    instrumentHooks: false,
    instrumentHandler: false,
    recordExceptions: false,
    requestHook: (span, request) =>
      span.updateName(`${request.method} ${request.routeOptions.url ?? "unmatched"}`),
  });
  return fastifyPlugin(async (app: FastifyInstance) => {
    await app.register(instrumentation.plugin());
    // Reading a body loses the thread: it is taken up anew.
    app.addHook("preValidation", (request, _reply, done) => {
      context.with(request.opentelemetry().context ?? context.active(), done);
    });
  });
}

/** That spans can't be delivered is told once, and once that they can again: whoever collects them may be away for long. */
function tellFailures(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && !failing) logger.warn({ err: result.error }, "traces get lost");
        else if (!result.error && failing) logger.info("traces are delivered again");
        failing = result.error !== undefined;
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
