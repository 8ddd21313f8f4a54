import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { channelsOf } from "./accounts.ts";
import { guard, type RouteDeps } from "./guard.ts";
import { limits } from "./limits.ts";
import { mediaStatus, ownMedia } from "./media-routes.ts";
import { metricsAt } from "./metrics-at.ts";
import type { Network } from "./network.ts";
import { parse } from "./parse.ts";
import { postPath } from "./post-path.ts";
import { Refusal } from "./refusal.ts";
import { newId } from "./secret.ts";
import { markerKey, type Post, type PostMedia, type User } from "./state.ts";

const Marker = z
  .string()
  .regex(/^[A-Za-z0-9._:-]+$/, "letters, digits, dot, underscore, colon and dash")
  .max(limits.marker.maxLength);

const NewPost = z.strictObject({
  channelId: z.string(),
  text: z.string().default(""),
  media: z
    .array(z.strictObject({ id: z.string(), altText: z.string().optional() }))
    .max(100)
    .default([]),
  clientMarker: Marker.optional(),
  /** Id of an own post in the same channel. */
  replyTo: z.string().optional(),
  /** Whether a model made what it shows, or had a part in it. Nothing is said of a post without media. */
  aiGenerated: z.boolean().optional(),
});

const ListQuery = z.strictObject({
  channelId: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
});

const IdParams = z.object({ id: z.string() });
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Publish, look, list, delete, measure. */
export function addPostRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { network } = deps;

  app.post(
    "/api/posts",
    guard(deps, {
      on: "publish",
      scope: "publish",
      act({ user, request }) {
        const post = decidePost({ network, user, body: request.body });
        network.record({ type: "post.accepted", post });
        return { status: 201, body: postBody({ network, id: post.id }) };
      },
    }),
  );

  app.get(
    "/api/posts",
    guard(deps, {
      on: "read",
      scope: "read",
      act({ user, request }) {
        if (!user.listing)
          throw new Refusal("This account's posts can't be listed.", {
            status: 403,
            code: "listing_not_supported",
          });
        const query = parse(ListQuery, request.query);
        return { status: 200, body: listPosts({ network, user: user.name, ...query }) };
      },
    }),
  );

  app.get(
    "/api/markers/:marker",
    guard(deps, {
      on: "read",
      scope: "read",
      act({ user, request }) {
        if (!user.markers)
          throw new Refusal("This account takes no client markers.", {
            status: 403,
            code: "markers_not_supported",
          });
        const { marker } = parse(z.object({ marker: Marker }), request.params);
        const id = network.state.markers.get(markerKey({ user: user.name, marker }));
        if (id === undefined)
          throw new Refusal("No post was accepted with this marker.", {
            status: 404,
            code: "unknown_marker",
          });
        return { status: 200, body: postBody({ network, id }) };
      },
    }),
  );

  app.get(
    "/api/posts/:id",
    guard(deps, {
      on: "read",
      scope: "read",
      act({ user, request }) {
        const post = ownPost({ network, user, id: parse(IdParams, request.params).id });
        return { status: 200, body: postBody({ network, id: post.id }) };
      },
    }),
  );

  app.get(
    "/api/posts/:id/metrics",
    guard(deps, {
      on: "read",
      scope: "read",
      act({ user, request }) {
        const post = ownPost({ network, user, id: parse(IdParams, request.params).id });
        const at = network.now();
        const counts = metricsAt({ id: post.id, acceptedAt: new Date(post.acceptedAt) }, at);
        return { status: 200, body: { id: post.id, at: at.toISOString(), ...counts } };
      },
    }),
  );

  app.delete(
    "/api/posts/:id",
    guard(deps, {
      on: "remove",
      scope: "publish",
      act({ user, request }) {
        if (!user.deletable)
          throw new Refusal("This account's posts can't be deleted.", {
            status: 403,
            code: "delete_not_supported",
          });
        const post = ownPost({ network, user, id: parse(IdParams, request.params).id });
        network.record({ type: "post.deleted", id: post.id, at: network.now().toISOString() });
        return { status: 204 };
      },
    }),
  );
}

/** The post that would be accepted, or a refusal that says why not. */
function decidePost(input: { network: Network; user: User; body: unknown }): Post {
  const { network, user } = input;
  const { channelId, text, media, clientMarker, replyTo, aiGenerated } = parse(NewPost, input.body);
  if (!channelsOf({ network, user: user.name }).some((channel) => channel.id === channelId))
    throw new Refusal("This account has no such channel.", {
      status: 404,
      code: "unknown_channel",
    });

  // An account without markers is one of a network that has never heard of them: it ignores the field.
  const marker = user.markers ? (clientMarker ?? null) : null;
  const before =
    marker === null ? undefined : network.state.markers.get(markerKey({ user: user.name, marker }));
  if (before !== undefined)
    throw new Refusal("A post with this marker was accepted before.", {
      status: 409,
      code: "duplicate_marker",
      extra: { post: postBody({ network, id: before }) },
    });

  if (replyTo !== undefined) checkParent({ network, user, channelId, id: replyTo });
  checkText(text);
  if (text.trim() === "" && media.length === 0)
    throw rejected("empty", "A post needs text or media.");
  const attached = media.map(({ id, altText }) =>
    attach({ network, user: user.name, id, altText }),
  );
  checkSet(attached);
  if (aiGenerated === true && attached.length === 0)
    throw rejected("ai_without_media", "A post without media can't show what a model made.");
  return {
    id: newId("post"),
    account: user.name,
    channelId,
    marker,
    sentMarker: clientMarker ?? null,
    replyTo: replyTo ?? null,
    text,
    media: attached,
    aiGenerated: aiGenerated ?? false,
    acceptedAt: network.now().toISOString(),
  };
}

function checkParent(input: { network: Network; user: User; channelId: string; id: string }): void {
  const parent = input.network.state.posts.get(input.id);
  const isThere =
    parent !== undefined &&
    parent.account === input.user.name &&
    parent.channelId === input.channelId &&
    parent.deletedAt === undefined;
  if (!isThere) throw rejected("parent_missing", "The channel has no such post to reply to.");
}

function checkText(text: string): void {
  if (!text.isWellFormed() || text.includes("\0"))
    throw rejected("invalid_text", "The text is not valid Unicode.");
  // Bytes first: counting graphemes of a huge text takes long.
  if (
    Buffer.byteLength(text) > limits.text.maxBytes ||
    [...graphemes.segment(text)].length > limits.text.maxGraphemes
  )
    throw rejected(
      "text_too_long",
      `A text may have at most ${limits.text.maxGraphemes} characters and ${limits.text.maxBytes} bytes.`,
    );
}

function attach(input: {
  network: Network;
  user: string;
  id: string;
  altText: string | undefined;
}): PostMedia {
  const { network, user, id, altText } = input;
  const media = ownMedia({ network, user, id });
  const { status } = mediaStatus({ network, media });
  if (status !== "ready" || media.finalized === undefined)
    throw new Refusal(`The upload ${id} is ${String(status)}, not ready.`, {
      status: 422,
      code: "media_not_ready",
    });
  if (
    altText !== undefined &&
    (!altText.isWellFormed() || Array.from(altText).length > limits.altText.maxCodepoints)
  )
    throw rejected(
      "alt_text_too_long",
      `An alt text may have at most ${limits.altText.maxCodepoints} characters.`,
    );
  const { kind, contentType } = media;
  return { id, kind, contentType, sha256: media.finalized.sha256, altText: altText ?? null };
}

function checkSet(media: PostMedia[]): void {
  if (new Set(media.map(({ id }) => id)).size < media.length)
    throw rejected("duplicate_media", "An upload can be shown once in a post.");
  const videos = media.filter(({ kind }) => kind === "video").length;
  const images = media.length - videos;
  if (
    images > limits.images.maxCount ||
    videos > limits.video.maxCount ||
    (images > 0 && videos > 0)
  )
    throw rejected(
      "too_much_media",
      `A post may show up to ${limits.images.maxCount} images or ${limits.video.maxCount} video.`,
    );
}

function rejected(code: string, message: string): Refusal {
  return new Refusal(message, { status: 422, code });
}

function ownPost(input: { network: Network; user: User; id: string }): Post {
  const post = input.network.state.posts.get(input.id);
  if (post === undefined || post.account !== input.user.name || post.deletedAt !== undefined)
    throw new Refusal("There is no such post.", { status: 404, code: "not_found" });
  return post;
}

/** Newest first. `serverTime` lets a client relate `acceptedAt` to its own clock. */
function listPosts(input: {
  network: Network;
  user: string;
  channelId?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}): Record<string, unknown> {
  const { network, limit } = input;
  const start = input.cursor === undefined ? network.state.log.length : Number(input.cursor);
  if (!Number.isInteger(start) || start < 0 || start > network.state.log.length)
    throw new Refusal("This cursor is not one of ours.", { status: 400, code: "invalid_request" });

  const data = [];
  let at = start;
  while (at > 0 && data.length < limit) {
    at -= 1;
    const post = network.state.log[at];
    if (post === undefined || post.account !== input.user) continue;
    if (input.channelId !== undefined && post.channelId !== input.channelId) continue;
    if (network.state.posts.get(post.id)?.deletedAt !== undefined) continue;
    data.push(postBody({ network, id: post.id }));
  }
  return { data, nextCursor: at > 0 ? String(at) : null, serverTime: network.now().toISOString() };
}

function postBody(input: { network: Network; id: string }): Record<string, unknown> {
  const post = input.network.state.posts.get(input.id);
  if (post === undefined) throw new Error(`no post ${input.id}`);
  return {
    id: post.id,
    url: `${input.network.publicUrl}${postPath({ network: input.network, post })}`,
    channelId: post.channelId,
    replyTo: post.replyTo,
    text: post.text,
    media: post.media.map((media) => ({
      ...media,
      url: `${input.network.publicUrl}/media/${media.id}`,
    })),
    clientMarker: post.marker,
    aiGenerated: post.aiGenerated,
    acceptedAt: post.acceptedAt,
    deletedAt: post.deletedAt ?? null,
  };
}
