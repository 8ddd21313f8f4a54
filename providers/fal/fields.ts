/**
 * Which field of a model takes what: every model on fal has its own. From fal.ai/models/<id>/llms.txt. What is not named
 * here goes the way that @ai-sdk/fal writes it: `image_url`, `image_size`, `8s`.
 */
export interface FieldNames {
  first?: string;
  last?: string;
  /** A list. */
  references?: string;
  video?: string;
  /** As it writes eight seconds. */
  seconds?: (seconds: number) => string;
  /** Takes the ratio as words, and no size. */
  ratio?: true;
  /** Takes a list of pictures, the one to change first. */
  pictures?: true;
  /** Fills what a mask shows, of a picture that has no more pixels than these: it is paid by the megapixel. */
  fills?: { mostPixels: number };
}

const plain = (seconds: number) => String(seconds);

const fields: Record<string, FieldNames> = {
  "fal-ai/nano-banana": { ratio: true },
  "fal-ai/nano-banana/edit": { ratio: true, pictures: true },
  "fal-ai/flux-pro/kontext": { ratio: true },
  "fal-ai/flux-pro/v1/fill": { fills: { mostPixels: 2_000_000 } },
  "fal-ai/veo3.1/fast/first-last-frame-to-video": {
    first: "first_frame_url",
    last: "last_frame_url",
  },
  "fal-ai/veo3.1/reference-to-video": { references: "image_urls" },
  "fal-ai/veo3.1/fast/extend-video": { video: "video_url" },
  "fal-ai/kling-video/v2.5-turbo/pro/text-to-video": { seconds: plain },
  "fal-ai/kling-video/v2.5-turbo/pro/image-to-video": { last: "tail_image_url", seconds: plain },
  "fal-ai/topaz/upscale/video": { video: "video_url" },
};

/** The fields of a model, by its id. */
export function fieldsOf(id: string): FieldNames {
  return fields[id] ?? {};
}
