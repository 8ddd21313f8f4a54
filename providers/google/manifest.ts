import type { InputRole } from "#domain/generation-tasks.ts";
import type { InputLimit, ProviderManifest } from "#providers/contract.ts";

/*
 * Models as listed by @ai-sdk/google 4.0.121. Limits and settings: ai.google.dev/gemini-api/docs/image-generation and
 * /docs/video. Prices are ours, in whole credits of about one US cent: of November 2026, from ai.google.dev/gemini-api/docs/
 * pricing, for 1K pictures and for video at up to 1080p, rounded up.
 */
const pictures = ["image/png", "image/jpeg", "image/webp"];
const ratios = ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9"];

const pictureInputs = (references: number): Partial<Record<InputRole, InputLimit>> => ({
  source: { media: "image", max: 1, types: pictures, maxBytes: 7_000_000 },
  reference: { media: "image", max: references, types: pictures, maxBytes: 7_000_000 },
});
const image = {
  kind: "image",
  tasks: ["text_to_image", "edit_image"],
  per: "output",
  settings: { aspectRatios: ratios, seed: true },
} as const;

const frame: InputLimit = { media: "image", max: 1, types: pictures, maxBytes: 20_000_000 };
const video = {
  kind: "video",
  per: "second",
  /** Veo 3.1 always makes sound. 1080p, references and last frames want eight seconds, which comes first for that. */
  settings: {
    aspectRatios: ["16:9", "9:16"],
    resolutions: ["720p", "1080p"],
    seconds: [8, 6, 4],
    seed: true,
  },
  maxPromptLength: 4_000,
} as const;

export const manifest: ProviderManifest = {
  name: "google",
  title: "Google Gemini",
  offline: false,
  sandbox: false,
  needsKey: "GOOGLE_API_KEY",
  takes: ["baseUrl"],
  keeps:
    "Google is asked not to log pictures; it keeps videos for two days, and what it is sent for up to 55 days to look for abuse; with a key of the free tier it may also use it to train.",
  models: [
    {
      ...image,
      id: "gemini-2.5-flash-image",
      title: "Gemini 2.5 Flash Image",
      credits: 4,
      defaultFor: ["text_to_image", "edit_image"],
      inputs: pictureInputs(2),
    },
    {
      ...image,
      id: "gemini-3.1-flash-image-preview",
      title: "Gemini 3.1 Flash Image",
      credits: 7,
      defaultFor: [],
      inputs: pictureInputs(9),
    },
    {
      ...image,
      id: "gemini-3-pro-image-preview",
      title: "Gemini 3 Pro Image",
      credits: 14,
      defaultFor: [],
      inputs: pictureInputs(9),
    },
    {
      ...video,
      id: "veo-3.1-fast-generate-preview",
      tasks: ["text_to_video", "image_to_video", "frames_to_video", "references_to_video"],
      title: "Veo 3.1 Fast",
      credits: 15,
      defaultFor: ["text_to_video", "image_to_video", "frames_to_video", "references_to_video"],
      inputs: { first_frame: frame, last_frame: frame, reference: { ...frame, max: 3 } },
    },
    {
      ...video,
      id: "veo-3.1-generate-preview",
      tasks: ["text_to_video", "image_to_video", "frames_to_video", "references_to_video"],
      title: "Veo 3.1",
      credits: 40,
      defaultFor: [],
      inputs: { first_frame: frame, last_frame: frame, reference: { ...frame, max: 3 } },
    },
    {
      ...video,
      id: "veo-3.1-lite-generate-preview",
      tasks: ["text_to_video", "image_to_video", "frames_to_video"],
      title: "Veo 3.1 Lite",
      credits: 8,
      defaultFor: [],
      inputs: { first_frame: frame, last_frame: frame },
    },
  ],
};
