import type { FastifyInstance } from "fastify";
import type { ApiContext } from "../context.ts";
import { addPoolGauge } from "../../observe/add-pool-gauge.ts";
import { addGauge, countRequest } from "../../observe/metrics.ts";

/** Counts requests, and shows what is open, for whoever asks on the private port. Call it after `addStreams`. */
export function observeRequests(app: FastifyInstance, context: ApiContext): void {
  app.addHook("onResponse", async (request, reply) => {
    // A stream takes as long as somebody listens, which says nothing of how quick we are.
    if (String(reply.getHeader("content-type")).startsWith("text/event-stream")) return;
    countRequest({
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
  });
  addGauge({
    name: "drumbeat_open_streams",
    help: "Streams of events that clients have open",
    read: (set) => set(app.streams.count()),
  });
  addPoolGauge(context.orm);
}
