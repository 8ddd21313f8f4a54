import { z } from "zod";
import type { CallContext } from "#platforms/contract.ts";
import { ErrorAnswer } from "./answers.ts";
import { callSandbox } from "./client.ts";

/** Deletes the post; what was said in reply to it stays. */
export async function removePost(
  ctx: CallContext,
  remoteId: string,
): Promise<{ outcome: "removed" | "missing" }> {
  const answer = await callSandbox({
    deps: ctx,
    step: "remove",
    method: "DELETE",
    path: `/api/posts/${encodeURIComponent(remoteId)}`,
    secrets: ctx.secrets,
    answer: z.undefined(),
    status: 204,
    // Only in the network's own words; a 404 without them is another server's.
    onRefusal: ({ status, body }) =>
      (status === 404 || status === 410) && ErrorAnswer.safeParse(body).success
        ? "missing"
        : undefined,
    signal: ctx.signal,
  });
  return { outcome: answer ?? "removed" };
}
