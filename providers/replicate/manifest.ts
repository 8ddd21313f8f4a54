import type { InputLimit, ProviderManifest } from "#providers/contract.ts";

/*
 * Each model's inputs, settings and price are on its page: replicate.com/<id>. Prices are ours, in whole credits of about
 * one US cent: of November 2026 from those pages, the dearest of what may be set, rounded up; that of FLUX.2, which goes by
 * megapixels in and out, is an estimate. Which field of a model takes what is in fields.ts.
 */
const pictures = ["image/png", "image/jpeg", "image/webp"];
const picture: InputLimit = { media: "image", max: 1, types: pictures, maxBytes: 20_000_000 };
const ratios = ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9"];

const image = { kind: "image", per: "output" } as const;
const video = { kind: "video", per: "second" } as const;
const veoSettings = {
  aspectRatios: ["16:9", "9:16"],
  resolutions: ["1080p", "720p"],
  seconds: [8, 6, 4],
  sound: true,
  seed: true,
};

export const manifest: ProviderManifest = {
  name: "replicate",
  title: "Replicate",
  offline: false,
  sandbox: false,
  needsKey: "REPLICATE_API_KEY",
  takes: ["baseUrl"],
  keeps:
    "Replicate deletes what it was sent and what it made after one hour, larger files after a day, and has no switch for less; the makers of some models get what is sent to them.",
  models: [
    {
      ...image,
      id: "black-forest-labs/flux-schnell",
      tasks: ["text_to_image"],
      title: "FLUX.1 schnell",
      credits: 1,
      defaultFor: [],
      settings: { aspectRatios: ratios, seed: true },
    },
    {
      ...image,
      id: "black-forest-labs/flux-1.1-pro",
      tasks: ["text_to_image"],
      title: "FLUX1.1 pro",
      credits: 4,
      defaultFor: ["text_to_image"],
      settings: { aspectRatios: ratios.slice(0, 9), seed: true },
    },
    {
      ...image,
      id: "black-forest-labs/flux-2-pro",
      tasks: ["text_to_image", "edit_image"],
      title: "FLUX.2 pro",
      credits: 8,
      defaultFor: [],
      inputs: { source: picture, reference: { ...picture, max: 7 } },
      settings: { aspectRatios: ratios.slice(0, 9), seed: true },
    },
    {
      ...image,
      id: "black-forest-labs/flux-kontext-pro",
      tasks: ["edit_image"],
      title: "FLUX.1 Kontext pro",
      credits: 4,
      defaultFor: [],
      inputs: { source: picture },
      settings: { aspectRatios: ratios, seed: true },
    },
    {
      ...image,
      id: "black-forest-labs/flux-fill-pro",
      tasks: ["edit_image"],
      title: "FLUX.1 Fill pro, within a mask",
      credits: 5,
      defaultFor: [],
      inputs: {
        source: { ...picture, min: 1 },
        mask: { media: "image", max: 1, min: 1, types: ["image/png"], maxBytes: 20_000_000 },
      },
      settings: { seed: true },
    },
    {
      ...image,
      id: "google/nano-banana",
      tasks: ["text_to_image", "edit_image"],
      title: "Nano Banana",
      credits: 4,
      defaultFor: ["edit_image"],
      inputs: { source: picture, reference: { ...picture, max: 3 } },
      settings: { aspectRatios: ratios },
    },
    {
      ...video,
      id: "google/veo-3.1-fast",
      tasks: ["text_to_video", "image_to_video", "frames_to_video"],
      title: "Veo 3.1 Fast",
      credits: 15,
      defaultFor: ["text_to_video", "image_to_video", "frames_to_video"],
      inputs: { first_frame: picture, last_frame: picture },
      settings: veoSettings,
    },
    {
      ...video,
      id: "google/veo-3.1",
      tasks: ["text_to_video", "image_to_video", "frames_to_video", "references_to_video"],
      title: "Veo 3.1",
      credits: 40,
      defaultFor: ["references_to_video"],
      inputs: {
        first_frame: picture,
        last_frame: picture,
        reference: { ...picture, max: 3 },
      },
      settings: veoSettings,
    },
    {
      ...video,
      id: "kwaivgi/kling-v2.5-turbo-pro",
      tasks: ["text_to_video", "image_to_video", "frames_to_video"],
      title: "Kling 2.5 Turbo Pro",
      credits: 7,
      defaultFor: [],
      inputs: { first_frame: picture, last_frame: picture },
      settings: { aspectRatios: ["16:9", "9:16", "1:1"], seconds: [5, 10] },
      maxPromptLength: 2_500,
    },
  ],
};
