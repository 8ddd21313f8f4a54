import { PlatformError } from "#domain/errors.ts";
import type { CallContext, Created, OutgoingPost, Published } from "#platforms/contract.ts";
import { checkLimits } from "#platforms/lib/check-limits.ts";
import { DuplicateAnswer, PostAnswer } from "./answers.ts";
import { callSandbox } from "./client.ts";
import { createdMedia } from "./create-media.ts";
import { manifest } from "./manifest.ts";

/** The call that makes the post visible; a further part is a reply to the one above it. A marker that the network has seen before gives the post of then. */
export async function publishPost(
  ctx: CallContext,
  post: OutgoingPost & { created: Created; marker: string },
): Promise<Published> {
  checkLimits({ limits: manifest.limits, post });
  const uploads = createdMedia(post.created).media;
  if (uploads.length !== post.media.length)
    throw new PlatformError("The media of this post were not uploaded; nothing was sent.", {
      fate: "reject",
      code: "not_created",
    });
  const answer = await callSandbox({
    deps: ctx,
    step: "publish",
    method: "POST",
    path: "/api/posts",
    secrets: ctx.secrets,
    body: {
      json: {
        channelId: ctx.channel.remoteId,
        text: post.text,
        media: uploads.map(({ id }, index) => ({ id, altText: post.media[index]?.altText })),
        clientMarker: post.marker,
        ...(post.place === undefined ? {} : { replyTo: post.place.parent.remoteId }),
        ...(post.aiGenerated ? { aiGenerated: true } : {}),
      },
    },
    answer: PostAnswer,
    onRefusal(refusal) {
      const duplicate =
        refusal.status === 409 ? DuplicateAnswer.safeParse(refusal.body) : undefined;
      return duplicate?.success === true ? duplicate.data.post : undefined;
    },
    signal: ctx.signal,
  });
  return publishedFrom(answer);
}

/** Whether the post is there for everybody. */
export async function confirmPost(
  ctx: CallContext,
  remoteId: string,
): Promise<{ visible: boolean; remoteUrl?: string }> {
  const answer = await callSandbox({
    deps: ctx,
    step: "read",
    method: "GET",
    path: `/api/posts/${encodeURIComponent(remoteId)}`,
    secrets: ctx.secrets,
    answer: PostAnswer,
    onRefusal: (refusal) => (refusal.status === 404 ? "gone" : undefined),
    signal: ctx.signal,
  });
  if (answer === "gone" || (answer.deletedAt ?? null) !== null) return { visible: false };
  return { visible: true, ...(answer.url === undefined ? {} : { remoteUrl: answer.url }) };
}

export function publishedFrom(answer: PostAnswer): Published {
  return { remoteId: answer.id, ...(answer.url === undefined ? {} : { remoteUrl: answer.url }) };
}
