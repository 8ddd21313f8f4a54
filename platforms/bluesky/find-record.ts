import type { CallContext, Published } from "#platforms/contract.ts";
import { ErrorAnswer, PostRecordAnswer } from "./answers.ts";
import { callBluesky } from "./client.ts";
import { collection, remoteIdOf } from "./remote-id.ts";
import { serviceOf } from "./service-address.ts";

/**
 * - `found`: the account has this record.
 * - `none`: the server that keeps the account says that there is no such record.
 * - `hidden`: the server shows nothing of this account, as while it is deactivated or taken down.
 */
export type FoundRecord =
  | { outcome: "found"; text: string; createdAt: string; published: Published }
  | { outcome: "none" }
  | { outcome: "hidden" };

/** Reads a post of the account by its key, as everybody may: a token that has ended is no hindrance. */
export async function findRecord(ctx: CallContext, rkey: string): Promise<FoundRecord> {
  const did = ctx.account.remoteId;
  const answer = await callBluesky({
    deps: ctx,
    step: "read",
    service: serviceOf({ account: ctx.account, app: ctx.app }),
    method: "com.atproto.repo.getRecord",
    query: { repo: did, collection, rkey },
    secrets: ctx.secrets,
    answer: PostRecordAnswer,
    onRefusal({ status, body }) {
      const said = ErrorAnswer.safeParse(body);
      if (status !== 400 || !said.success) return undefined;
      // Only these very words prove absence; the same status without them is said of an account that is hidden.
      if (said.data.error === "RecordNotFound") return "none";
      return said.data.error === "InvalidRequest" ? "hidden" : undefined;
    },
    signal: ctx.signal,
  });
  if (typeof answer === "string") return { outcome: answer };
  const { text, createdAt } = answer.value;
  return {
    outcome: "found",
    text,
    createdAt,
    published: publishedAs({ did, rkey, cid: answer.cid }),
  };
}

/** The ids of a post: how the network names it, where a browser shows it, and which version replies refer to. Pure. */
export function publishedAs(input: {
  did: string;
  rkey: string;
  cid: string | undefined;
}): Published {
  const { did, rkey, cid } = input;
  return {
    remoteId: remoteIdOf(input),
    remoteUrl: `https://bsky.app/profile/${did}/post/${rkey}`,
    ...(cid === undefined ? {} : { data: { cid } }),
  };
}
