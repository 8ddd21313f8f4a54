import { z } from "zod";
import { PlatformError } from "#domain/errors.ts";
import type { CallContext } from "#platforms/contract.ts";
import { ErrorAnswer } from "./answers.ts";
import { callBluesky } from "./client.ts";
import { findRecord } from "./find-record.ts";
import { collection, rkeyOf } from "./remote-id.ts";
import { serviceOf } from "./service-address.ts";

/**
 * Takes a post of the account down. The server answers the same whether there was a record or not, so it is read first;
 * replies to the post stay.
 */
export async function removePost(
  ctx: CallContext,
  remoteId: string,
): Promise<{ outcome: "removed" | "missing" }> {
  const did = ctx.account.remoteId;
  const rkey = rkeyOf({ did, remoteId });
  if (rkey === undefined)
    throw new PlatformError("This is no post of the connected account; nothing was removed.", {
      fate: "reject",
      code: "foreign_post",
    });
  const found = await findRecord(ctx, rkey);
  if (found.outcome === "none") return { outcome: "missing" };
  const answer = await callBluesky({
    deps: ctx,
    step: "remove",
    service: serviceOf({ account: ctx.account, app: ctx.app }),
    method: "com.atproto.repo.deleteRecord",
    token: ctx.secrets["accessJwt"],
    secrets: ctx.secrets,
    body: { json: { repo: did, collection, rkey } },
    answer: z.looseObject({}),
    // Only these very words prove absence; a 404 without them may be a wrong address.
    onRefusal({ body }) {
      const said = ErrorAnswer.safeParse(body);
      return said.success && said.data.error === "RecordNotFound" ? "missing" : undefined;
    },
    signal: ctx.signal,
  });
  return { outcome: answer === "missing" ? "missing" : "removed" };
}
