/** What the servers answer, as far as it is read here; anything more is let through. */
import { z } from "zod";

/** com.atproto.server.createSession and refreshSession. */
export const SessionAnswer = z.looseObject({
  did: z.string().startsWith("did:"),
  handle: z.string().min(1),
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
  /** Looked into by `serviceFromDidDoc`. */
  didDoc: z.unknown().optional(),
  active: z.boolean().optional(),
  status: z.string().optional(),
});
export type SessionAnswer = z.infer<typeof SessionAnswer>;

/** A file that was uploaded, as records point to it. */
export const BlobRef = z.object({
  $type: z.literal("blob"),
  ref: z.object({ $link: z.string().min(1) }),
  mimeType: z.string(),
  size: z.int().nonnegative(),
});
export type BlobRef = z.infer<typeof BlobRef>;

/** com.atproto.repo.uploadBlob. */
export const UploadAnswer = z.looseObject({ blob: BlobRef });

/** com.atproto.repo.putRecord. */
export const WriteAnswer = z.looseObject({ uri: z.string().startsWith("at://"), cid: z.string() });

/** com.atproto.repo.getRecord of a post. */
export const PostRecordAnswer = z.looseObject({
  uri: z.string().startsWith("at://"),
  cid: z.string().optional(),
  value: z.looseObject({ text: z.string(), createdAt: z.string() }),
});

/** com.atproto.repo.getRecord of a profile. */
export const ProfileRecordAnswer = z.looseObject({
  value: z.looseObject({ displayName: z.string().optional() }),
});

/** com.atproto.identity.resolveHandle. */
export const HandleAnswer = z.looseObject({ did: z.string().startsWith("did:") });

/** app.bsky.feed.getPosts. */
export const PostsAnswer = z.looseObject({
  posts: z.array(z.looseObject({ uri: z.string() })),
});

/** How every refusal looks: https://atproto.com/specs/xrpc#error-responses */
export const ErrorAnswer = z.looseObject({ error: z.string(), message: z.string().optional() });
