import { Problem } from "#domain/errors.ts";
import type { Principal } from "../plugins/principal.ts";

/** So long a password that was given counts for what needs one. */
export const stepUpMs = 10 * 60 * 1000;

/**
 * Refuses a signed-in person whose password was given too long ago: somebody else may sit at the browser by now. Keys
 * are held by programs, which know no password. Throws Problem 403 `step_up_needed`.
 */
export function requireStepUp(principal: Principal, now: Date): void {
  if (principal.kind !== "user") return;
  if (now.getTime() - principal.authenticatedAt.getTime() <= stepUpMs) return;
  throw new Problem({
    status: 403,
    code: "step_up_needed",
    detail:
      "This needs your password, given within the last 10 minutes. Send it to POST /v1/auth/step-up and repeat the request.",
  });
}
