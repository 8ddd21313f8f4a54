import { APICallError } from "@ai-sdk/provider";
import { RetryError } from "ai";

/** Too many requests, too early, too busy: https://www.rfc-editor.org/rfc/rfc9110#section-15 and RFC 6585, RFC 8470. */
const notBegun: ReadonlySet<number> = new Set([425, 429, 503]);

/** The request never reached anybody. */
const notSent =
  /^(?:UND_ERR_CONNECT_TIMEOUT|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/u;

/**
 * Whether a failed call surely had nothing done: then it costs nothing to repeat it. Any other failure (no answer in time, a
 * connection that broke, a 500, an answer that can't be read) may come after the work was done, and counted.
 */
export function provesUndone(error: unknown): boolean {
  if (RetryError.isInstance(error)) return provesUndone(error.lastError);
  if (APICallError.isInstance(error) && error.statusCode !== undefined)
    return notBegun.has(error.statusCode);
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    if ("code" in at && typeof at.code === "string" && notSent.test(at.code)) return true;
    at = at.cause;
  }
  return false;
}
