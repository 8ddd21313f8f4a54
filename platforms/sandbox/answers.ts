/** What the network answers, as far as it is read here; anything more is let through. */
import { z } from "zod";

export const AccountAnswer = z.looseObject({
  id: z.string(),
  name: z.string(),
  handle: z.string().optional(),
  /** Missing on a network that is older than the field: then it takes neither. */
  markers: z.boolean().default(false),
  listing: z.boolean().default(false),
});
export type AccountAnswer = z.infer<typeof AccountAnswer>;

export const TokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().nonnegative().optional(),
  refresh_expires_in: z.number().nonnegative().optional(),
  scope: z.string().optional(),
  account: AccountAnswer.optional(),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

export const ChannelsAnswer = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      name: z.string(),
      handle: z.string().optional(),
      url: z.string().optional(),
      avatarUrl: z.string().optional(),
    }),
  ),
});

export const UploadBegun = z.looseObject({ id: z.string(), chunkBytes: z.int().positive() });

export const UploadStatus = z.looseObject({
  status: z.string(),
  retryAfter: z.number().nonnegative().optional(),
  reason: z.looseObject({ code: z.string().optional(), message: z.string().optional() }).optional(),
});

export const PostAnswer = z.looseObject({
  id: z.string().min(1),
  url: z.string().optional(),
  text: z.string().default(""),
  media: z.array(z.looseObject({ id: z.string(), sha256: z.string().optional() })).default([]),
  acceptedAt: z.iso.datetime().optional(),
  /** Id of the post that it replies to. */
  replyTo: z.string().nullish(),
  deletedAt: z.string().nullish(),
});
export type PostAnswer = z.infer<typeof PostAnswer>;

export const PostsAnswer = z.looseObject({
  data: z.array(PostAnswer),
  nextCursor: z.string().nullish(),
  serverTime: z.iso.datetime().optional(),
});

export const DuplicateAnswer = z.looseObject({
  error: z.literal("duplicate_marker"),
  post: PostAnswer,
});

export const ErrorAnswer = z.looseObject({ error: z.string(), message: z.string().optional() });
