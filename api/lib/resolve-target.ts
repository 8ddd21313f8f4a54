import { addAttempt, markPublished, setTarget, settleFromTargets } from "#db/delivery-changes.ts";
import { Channel, Connection, Delivery, Target, type Post } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { deliveryMachine, givenUp } from "#domain/states.ts";
import type { ApiContext } from "../context.ts";
import { found } from "./not-found.ts";
import { resumeTargets, tryToResume } from "./resume-targets.ts";

export interface Decision {
  targetId: string;
  outcome: "is_there" | "send_again" | "give_up";
  url?: string | undefined;
  /** Who decides. */
  actor: string;
}

/**
 * A person says what became of a delivery that nobody could prove. Call it under the post's lock. Throws Problem 409
 * `not_unconfirmed` and 422 `invalid_url`.
 */
export async function resolveTarget(
  context: ApiContext,
  em: EntityManager,
  post: Post,
  decision: Decision,
): Promise<void> {
  const target = found(
    await em.findOne(Target, { id: decision.targetId, postId: post.id }),
    "target",
  );
  const wasGivenUp = target.status === "failed" && target.error?.code === givenUp;
  const delivery = await em.findOne(Delivery, {
    targetId: target.id,
    status: wasGivenUp ? "rejected" : "unknown",
  });
  // What was given up may still turn out to be there; it is never sent again.
  const open = target.status === "unconfirmed" || (wasGivenUp && decision.outcome === "is_there");
  if (!open || !delivery) throw notUnconfirmed(target);
  const now = context.now();
  await addAttempt(em, now, delivery, "resolve", {
    startedAt: now,
    outcome: decision.outcome,
    decidedBy: decision.actor,
  });
  switch (decision.outcome) {
    case "is_there": {
      const published = await publishedAt(context, em, target, decision.url);
      await refuseTaken(em, { target, delivery, ...published });
      const whole = await markPublished(em, now, { post, target, delivery }, published);
      // More parts follow: what was waited for is known now. What a person cancelled is not begun again by this.
      if (whole || post.cancelledAt) return;
      const why = await tryToResume(em, { post, targets: [target], now });
      if (!why) return;
      // It is out all the same: that is the truth, and the rest says why it does not follow.
      await setTarget(em, target, "failed", { code: why.code, detail: why.message });
      await settleFromTargets(em, post);
      return;
    }
    case "send_again":
      delivery.status = deliveryMachine.step(delivery.status, "claimed");
      await resumeTargets(em, { post, targets: [target], now });
      return;
    case "give_up": {
      delivery.status = deliveryMachine.step(delivery.status, "rejected");
      const detail = "A person gave it up: nobody knows whether it is out.";
      await setTarget(em, target, "failed", { code: givenUp, detail });
      await settleFromTargets(em, post);
    }
  }
}

/** What the address says of the post: its remote id, where the platform's addresses tell it. */
async function publishedAt(
  context: ApiContext,
  em: EntityManager,
  target: Target,
  url: string | undefined,
): Promise<{ remoteId?: string; remoteUrl?: string }> {
  if (url === undefined) return {};
  const manifest = context.manifests.get(target.platform);
  const channel = await em.findOne(Channel, { id: target.channelId });
  const connection = channel ? await em.findOne(Connection, { id: channel.connectionId }) : null;
  // What names the account is forgotten with it: nothing tells whose address it is.
  if (!manifest?.remoteIdOfUrl || !connection || connection.disconnectedAt)
    return { remoteUrl: url };
  const remoteId = manifest.remoteIdOfUrl(
    url,
    {
      remoteId: connection.remoteAccountId ?? "",
      ...(connection.handle ? { handle: connection.handle } : {}),
      data: connection.accountData ?? {},
    },
    context.platformApp(target.platform),
  );
  if (remoteId === undefined) throw invalidUrl(manifest.title);
  return { remoteId, remoteUrl: url };
}

/** At one address stands one post: of another delivery, it is not this one's. Throws Problem 422 `invalid_url`. */
async function refuseTaken(
  em: EntityManager,
  input: { target: Target; delivery: Delivery; remoteId?: string; remoteUrl?: string },
): Promise<void> {
  const { target, delivery, remoteId, remoteUrl } = input;
  if (remoteUrl === undefined) return;
  const [other] = await em.execute<{ postId: string }[]>(
    `select t."post_id" as "postId" from "delivery" d join "target" t on t."id" = d."target_id"
     where d."id" <> ? and (d."remote_url" = ? or (t."channel_id" = ? and d."remote_id" = ?)) limit 1`,
    [delivery.id, remoteUrl, target.channelId, remoteId ?? null],
  );
  if (!other) return;
  const where = other.postId === target.postId ? "another part of it" : `the post ${other.postId}`;
  const detail = `That is the address of ${where}. Look for the address of this one.`;
  throw new Problem({
    status: 422,
    code: "invalid_url",
    detail,
    errors: [{ pointer: "/url", detail }],
    extra: { existingId: other.postId },
  });
}

function notUnconfirmed(target: Target): Problem {
  return new Problem({
    status: 409,
    code: "not_unconfirmed",
    detail:
      target.error?.code === givenUp
        ? "This target was given up. Where you find it on the platform after all, say that it is_there, with its address."
        : `This target is ${target.status}; there is nothing to decide about it.`,
    extra: { targetStatus: target.status },
  });
}

function invalidUrl(platform: string): Problem {
  const detail = `This is no address of a post of this account on ${platform}. Open the post there and copy its address.`;
  return new Problem({
    status: 422,
    code: "invalid_url",
    detail,
    errors: [{ pointer: "/url", detail }],
  });
}
