import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";
import { atMost } from "../lib/at-most.ts";
import { createBell } from "../live/bell.ts";
import type { Cursor } from "../live/cursor.ts";
import { endMessage, retryHint } from "../live/event-message.ts";
import { guardAccess } from "../live/guard-access.ts";
import { listenForChanges } from "../live/listen-for-changes.ts";
import { streamEvents, type Look } from "../live/stream-events.ts";
import { principalOf } from "./access.ts";
import { findPrincipal } from "./principal.ts";

declare module "fastify" {
  interface FastifyInstance {
    streams: Streams;
  }
}

/** The streams of events that this process has open. */
export interface Streams {
  count(): number;
  /**
   * Answers with a stream of events of the caller's workspace, `greeting` first. It ends at once when the caller's
   * session or key does, or may do other things. Throws Problem 429 when the caller has too many open.
   */
  answer(
    input: { request: FastifyRequest; reply: FastifyReply; from: Cursor; greeting?: string },
    look: (after: Cursor) => Promise<Look>,
  ): FastifyReply;
}

/** Streams of one person or key that one process serves at once. */
const perPrincipal = 20;
/** A stream ends then; its client comes back by itself and goes on where it was. */
const longestMs = 30 * 60_000;
/** Streams look at the table through so few connections of the pool that requests always find one. */
const looksAtOnce = 4;
/** Rights are read anew so often in any case, should a word of them be lost. */
const checkMs = 30_000;
/** Who does not take the last words within this time is cut off. */
const lastWordsMs = 500;

interface OpenStream {
  onEvents(workspaceId: string): void;
  onAccess(subject: string): void;
  onGap(): void;
  check(): void;
  stop(lastWords: string): void;
}

/** Adds `app.streams`. */
export function addStreams(app: FastifyInstance, context: ApiContext): void {
  const { logger, databaseUrl } = context;
  const open = new Set<OpenStream>();
  const byActor = new Map<string, number>();
  const changes = listenForChanges({ databaseUrl, logger });
  const inTurn = atMost(looksAtOnce);
  const belt = setInterval(() => {
    for (const stream of open) stream.check();
  }, checkMs).unref();

  app.addHook("preClose", async () => {
    for (const stream of open) stream.stop(retryHint(1_000));
  });
  app.addHook("onClose", async () => {
    clearInterval(belt);
    await changes.close();
  });

  app.decorate("streams", {
    count: () => open.size,
    answer({ request, reply, from, greeting = "" }, look) {
      const principal = principalOf(request);
      const { actor } = principal;
      refuseTooMany(byActor.get(actor) ?? 0);
      const bell = createBell();
      const ended = new AbortController();
      const onError = (error: unknown) =>
        request.log.warn({ err: error }, "a stream could not look at the events; trying on");
      let lastWords = "";
      const stop = (said: string) => {
        if (ended.signal.aborted) return;
        lastWords = said;
        ended.abort();
        setTimeout(() => body.destroy(), lastWordsMs).unref();
      };
      const guard = guardAccess({
        principal,
        find: () => findPrincipal(context, request, { noteUse: false }),
        end: (reason) => stop(endMessage(reason)),
        now: context.now,
        onError,
      });
      const stream: OpenStream = {
        onEvents(workspaceId) {
          if (workspaceId === principal.workspaceId) bell.ring();
        },
        onAccess: guard.onAccess,
        onGap() {
          guard.check();
          bell.ring();
        },
        check: guard.check,
        stop,
      };
      const body = Readable.from(
        streamEvents({
          from,
          greeting,
          bell,
          signal: ended.signal,
          look: (after) => inTurn(ended.signal, () => look(after)),
          allowed: guard.settled,
          lastWords: () => lastWords,
          onError,
        }),
        // One batch beyond what the connection takes: a slow client makes nobody hoard.
        { highWaterMark: 1 },
      );
      open.add(stream);
      byActor.set(actor, (byActor.get(actor) ?? 0) + 1);
      const forget = changes.listen(stream);
      const life = setTimeout(() => stop(retryHint(1_000)), longestMs);
      // Wakes the stream when its client is gone: it rests until something happens, and can't be ended from outside.
      reply.raw.once("close", () => ended.abort());
      if (reply.raw.destroyed) ended.abort();
      body.once("close", () => {
        clearTimeout(life);
        ended.abort();
        guard.stop();
        forget();
        open.delete(stream);
        const left = (byActor.get(actor) ?? 1) - 1;
        if (left > 0) byActor.set(actor, left);
        else byActor.delete(actor);
      });
      // Rights that changed while this was being prepared woke nobody.
      guard.check();
      return (
        reply
          .type("text/event-stream; charset=utf-8")
          // A connection that is kept after a stream would keep a server that closes from ending.
          .headers({ "Cache-Control": "no-store", "X-Accel-Buffering": "no", Connection: "close" })
          .send(body)
      );
    },
  } satisfies Streams);
}

function refuseTooMany(open: number): void {
  if (open < perPrincipal) return;
  throw new Problem({
    status: 429,
    code: "too_many_streams",
    detail: `You have ${perPrincipal} streams of events open here. Close one first; one stream tells of everything.`,
    extra: { retryAfter: 10 },
  });
}
