import type { FastifyReply, FastifyRequest } from "fastify";
import type { FaultOn } from "./draw-fault.ts";
import { authenticate } from "./grants.ts";
import type { Scope } from "./limits.ts";
import type { Network } from "./network.ts";
import type { RateLimiter } from "./rate-limit.ts";
import type { User } from "./state.ts";
import { withFault, type Answer } from "./with-fault.ts";

export interface RouteDeps {
  network: Network;
  rateLimiter: RateLimiter;
}

/** A route of the API: the token's user, within its rate, past the faults; then `act` decides the answer. */
export function guard(
  deps: RouteDeps,
  route: {
    on: FaultOn;
    scope: Scope;
    act: (input: { user: User; request: FastifyRequest }) => Answer | Promise<Answer>;
  },
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { network, rateLimiter } = deps;
    const { authorization } = request.headers;
    const user = authenticate({ network, authorization, scope: route.scope });
    const counted = { account: user.name, now: network.now() };
    rateLimiter.take({ ...counted, limit: user.rateLimit });
    if (route.on === "publish" && user.publishLimit !== null)
      rateLimiter.take({ ...counted, on: "publish", limit: user.publishLimit });
    return withFault({
      network,
      on: route.on,
      account: user.name,
      request,
      reply,
      act: () => route.act({ user, request }),
    });
  };
}
