import type { InputLimit, ProviderManifest } from "#providers/contract.ts";

/*
 * Each model's inputs, settings and price are on its page: fal.ai/models/<id>/llms.txt. Prices are ours, in whole credits
 * of about one US cent: of November 2026 from those pages, the dearest of what may be set, rounded up. Which field of a
 * model takes what is in fields.ts.
 */
const pictures = ["image/png", "image/jpeg", "image/webp"];
/** All that is sent travels within the request, as base64. */
const picture: InputLimit = { media: "image", max: 1, types: pictures, maxBytes: 8_000_000 };
const clip = { media: "video", max: 1, types: ["video/mp4"], maxBytes: 20_000_000 } as const;

const bananaRatios = ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9"];
const fluxSizes = ["1024x1024", "1344x768", "768x1344", "1152x896", "896x1152"];

const veo = {
  kind: "video",
  credits: 15,
  per: "second",
} as const;
const veoSettings = {
  aspectRatios: ["16:9", "9:16"],
  resolutions: ["720p", "1080p"],
  seconds: [8, 6, 4],
  sound: true,
  seed: true,
};
const kling = { kind: "video", credits: 7, per: "second", maxPromptLength: 2_500 } as const;

export const manifest: ProviderManifest = {
  name: "fal",
  title: "fal",
  offline: false,
  sandbox: false,
  needsKey: "FAL_API_KEY",
  keeps:
    "fal is asked to store no requests and to delete what it made after two hours; it keeps answers for up to one hour, and the makers of some models get what is sent to them.",
  models: [
    {
      id: "fal-ai/flux/schnell",
      kind: "image",
      tasks: ["text_to_image"],
      title: "FLUX.1 schnell",
      credits: 1,
      per: "output",
      defaultFor: [],
      settings: { sizes: fluxSizes, seed: true },
    },
    {
      id: "fal-ai/flux-pro/v1.1",
      kind: "image",
      tasks: ["text_to_image"],
      title: "FLUX1.1 pro",
      credits: 6,
      per: "output",
      defaultFor: ["text_to_image"],
      settings: { sizes: fluxSizes, seed: true },
    },
    {
      id: "fal-ai/nano-banana",
      kind: "image",
      tasks: ["text_to_image"],
      title: "Nano Banana",
      credits: 4,
      per: "output",
      defaultFor: [],
      settings: { aspectRatios: bananaRatios },
    },
    {
      id: "fal-ai/nano-banana/edit",
      kind: "image",
      tasks: ["edit_image"],
      title: "Nano Banana, editing",
      credits: 4,
      per: "output",
      defaultFor: ["edit_image"],
      inputs: { source: picture, reference: { ...picture, max: 3 } },
      settings: { aspectRatios: bananaRatios },
    },
    {
      id: "fal-ai/flux-pro/kontext",
      kind: "image",
      tasks: ["edit_image"],
      title: "FLUX.1 Kontext pro",
      credits: 4,
      per: "output",
      defaultFor: [],
      inputs: { source: picture },
      settings: { aspectRatios: ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3"], seed: true },
    },
    {
      id: "fal-ai/flux-pro/v1/fill",
      kind: "image",
      tasks: ["edit_image"],
      title: "FLUX.1 Fill pro, within a mask",
      // Five of a megapixel; more than two are not sent.
      credits: 10,
      per: "output",
      defaultFor: [],
      inputs: {
        source: { ...picture, min: 1 },
        mask: { media: "image", max: 1, min: 1, types: ["image/png"], maxBytes: 8_000_000 },
      },
      settings: { seed: true },
    },
    {
      ...veo,
      id: "fal-ai/veo3.1/fast",
      tasks: ["text_to_video"],
      title: "Veo 3.1 Fast",
      defaultFor: ["text_to_video"],
      settings: veoSettings,
    },
    {
      ...veo,
      id: "fal-ai/veo3.1/fast/image-to-video",
      tasks: ["image_to_video"],
      title: "Veo 3.1 Fast, from an image",
      defaultFor: ["image_to_video"],
      inputs: { first_frame: picture },
      settings: veoSettings,
    },
    {
      ...veo,
      id: "fal-ai/veo3.1/fast/first-last-frame-to-video",
      tasks: ["frames_to_video"],
      title: "Veo 3.1 Fast, between two images",
      defaultFor: ["frames_to_video"],
      inputs: { first_frame: picture, last_frame: picture },
      settings: veoSettings,
    },
    {
      ...veo,
      id: "fal-ai/veo3.1/reference-to-video",
      tasks: ["references_to_video"],
      title: "Veo 3.1, with references",
      credits: 40,
      defaultFor: ["references_to_video"],
      inputs: { reference: { ...picture, max: 3 } },
      settings: { resolutions: ["720p", "1080p"], seconds: [8], sound: true },
    },
    {
      ...veo,
      id: "fal-ai/veo3.1/fast/extend-video",
      tasks: ["extend_video"],
      title: "Veo 3.1 Fast, going on",
      defaultFor: ["extend_video"],
      // Of Veo's own making, as its page says.
      inputs: { source: { ...clip, maxSeconds: 23 } },
      settings: { seconds: [7], sound: true },
    },
    {
      ...kling,
      id: "fal-ai/kling-video/v2.5-turbo/pro/text-to-video",
      tasks: ["text_to_video"],
      title: "Kling 2.5 Turbo Pro",
      defaultFor: [],
      settings: { aspectRatios: ["16:9", "9:16", "1:1"], seconds: [5, 10] },
    },
    {
      ...kling,
      id: "fal-ai/kling-video/v2.5-turbo/pro/image-to-video",
      tasks: ["image_to_video", "frames_to_video"],
      title: "Kling 2.5 Turbo Pro, from images",
      defaultFor: [],
      inputs: { first_frame: picture, last_frame: picture },
      settings: { seconds: [5, 10] },
    },
    {
      id: "fal-ai/topaz/upscale/video",
      kind: "video",
      tasks: ["enhance_video"],
      title: "Topaz Video Upscale",
      credits: 8,
      per: "second",
      defaultFor: ["enhance_video"],
      inputs: { source: { ...clip, maxSeconds: 60 } },
      settings: { enhancements: ["upscale"] },
    },
  ],
};
