import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { addressBlock } from "../lib/address-block.ts";
import { Problem } from "#domain/errors.ts";

/** Requests per minute that one of each kind may make to one process of the API. */
export interface RateLimits {
  address: number;
  session: number;
  key: number;
}

const windowSeconds = 60;

/** Whoever watches over the process must always be answered. */
const unlimited = new Set(["/livez", "/readyz"]);

/**
 * Limits how often an address may ask, whoever it says it is. Goes before the hook that looks callers up in the
 * database, and so shields it. The counts are this process's own: it is the process that is shielded.
 */
export function limitAddresses(app: FastifyInstance, limits: RateLimits): void {
  const limiter = limiterOf(limits.address);
  app.addHook("onRequest", async (request, reply) => {
    if (unlimited.has(request.routeOptions.url ?? "")) return;
    await count({ reply, limiter, policy: "address", who: addressBlock(request.ip) });
  });
}

/** Limits how often a session or key may ask. Goes after the hook that finds out who asks. */
export function limitCallers(app: FastifyInstance, limits: RateLimits): void {
  const limiters = { key: limiterOf(limits.key), session: limiterOf(limits.session) };
  app.addHook("onRequest", async (request, reply) => {
    const caller = callerOf(request);
    if (!caller) return;
    const { policy, who } = caller;
    await count({ reply, limiter: limiters[policy], policy, who });
  });
}

function callerOf(request: FastifyRequest): { policy: "key" | "session"; who: string } | undefined {
  const { principal } = request;
  if (!principal) return undefined;
  return principal.kind === "key"
    ? { policy: "key", who: principal.keyId }
    : { policy: "session", who: principal.sessionId };
}

function limiterOf(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: windowSeconds });
}

async function count(input: {
  reply: FastifyReply;
  limiter: RateLimiterMemory;
  policy: keyof RateLimits;
  who: string;
}): Promise<void> {
  const { reply, limiter, policy, who } = input;
  const { result, refused } = await limiter.consume(who).then(
    (allowed) => ({ result: allowed, refused: false }),
    (error: unknown) => {
      if (error instanceof RateLimiterRes) return { result: error, refused: true };
      throw error;
    },
  );
  const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1000));
  // https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers
  append(reply, "RateLimit-Policy", `"${policy}";q=${limiter.points};w=${windowSeconds}`);
  append(reply, "RateLimit", `"${policy}";r=${result.remainingPoints};t=${seconds}`);
  if (!refused) return;
  throw new Problem({
    status: 429,
    code: "rate_limited",
    detail: `This ${policy} has asked ${limiter.points} times within a minute, which is its limit. Wait ${seconds} seconds.`,
    extra: { retryAfter: seconds },
  });
}

function append(reply: FastifyReply, name: string, item: string): void {
  const present = reply.getHeader(name);
  reply.header(name, present === undefined ? item : `${String(present)}, ${item}`);
}
