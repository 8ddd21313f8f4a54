import { setTimeout as delay } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { describeRequest } from "./describe-request.ts";
import { drawFault, type FaultOn } from "./draw-fault.ts";
import { invalidGrant, unauthorized } from "./grants.ts";
import type { Network } from "./network.ts";
import { rateLimited } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";

/** What a route decided to answer. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const PostMade = z.looseObject({ id: z.string() });

/** What `429` asks for and how late `slow` answers when the fault names no `retryAfter`. */
const retryAfterDefault = 1;
const slowSecondsDefault = 2;

/**
 * Does what was asked for and answers, unless a fault is drawn for it. A fault that accepts first (`accept500`, `drop`,
 * `slow`) needs something to accept: what the network refuses by itself is answered with that refusal.
 */
export async function withFault(input: {
  network: Network;
  on: FaultOn;
  /** Name of the user who asks, where known. */
  account: string | undefined;
  request: FastifyRequest;
  reply: FastifyReply;
  act: () => Answer | Promise<Answer>;
}): Promise<FastifyReply> {
  const { network, on, account, request, reply, act } = input;
  const { fired, draws } = drawFault({
    settings: network.state.faultSettings,
    draws: network.state.draws,
    on,
    account,
  });
  network.state.draws.splice(0, Infinity, ...draws);
  if (fired === undefined) return send(reply, await act());

  const { fault, index, draw } = fired;
  const asked = describeRequest({ on, params: request.params, body: request.body });
  function note(outcome: { accepted: boolean; effect: string; post?: string }): void {
    const at = network.now().toISOString();
    const path = request.url.split("?", 1)[0] ?? "/";
    network.record({
      type: "fault.fired",
      fired: {
        at,
        on,
        kind: fault.kind,
        account: account ?? null,
        method: request.method,
        path,
        ...asked,
        post: outcome.post ?? asked.post,
        accepted: outcome.accepted,
        effect: outcome.effect,
        index,
        draw,
      },
    });
  }
  async function accept(effect: string): Promise<Answer> {
    try {
      const answer = await act();
      const post = on === "publish" ? PostMade.safeParse(answer.body).data?.id : undefined;
      note({ accepted: true, effect, ...(post === undefined ? {} : { post }) });
      return answer;
    } catch (error) {
      if (error instanceof Refusal)
        note({ accepted: false, effect: `refused by the network itself: ${error.code}` });
      throw error;
    }
  }

  /** True when the time has passed, false when the network closes first. */
  async function late(seconds: number): Promise<boolean> {
    if (seconds === 0) return true;
    return delay(seconds * 1_000, true, { signal: network.closing }).catch(() => false);
  }

  switch (fault.kind) {
    case "429":
      note({ accepted: false, effect: "answered 429" });
      throw rateLimited(fault.retryAfter ?? retryAfterDefault);
    case "500":
      note({ accepted: false, effect: "answered 500" });
      throw internalError();
    case "reject":
      note({ accepted: false, effect: on === "token" ? "answered 400" : "answered 422" });
      throw on === "token"
        ? invalidGrant("The network refuses this authorization.")
        : new Refusal("The network's rules do not allow this.", {
            status: 422,
            code: "content_rejected",
          });
    case "revoke":
      if (account !== undefined) network.record({ type: "user.revoked", user: account });
      note({
        accepted: false,
        effect: `revoked the account's tokens, answered ${on === "token" ? 400 : 401}`,
      });
      throw on === "token"
        ? invalidGrant("This authorization was revoked.")
        : unauthorized("This access token was revoked.");
    case "hang":
      note({ accepted: false, effect: "never answered" });
      // The socket stays open until the client leaves or the network closes.
      return reply.hijack();
    case "drop":
      await accept("destroyed the connection");
      await late(fault.retryAfter ?? 0);
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    case "accept500":
      await accept("answered 500");
      await late(fault.retryAfter ?? 0);
      throw internalError();
    case "slow": {
      const seconds = fault.retryAfter ?? slowSecondsDefault;
      const answer = await accept(`answered ${seconds} s late`);
      if (await late(seconds)) return send(reply, answer);
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
  }
}

export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

function internalError(): Refusal {
  return new Refusal("Something went wrong.", { status: 500, code: "internal" });
}
