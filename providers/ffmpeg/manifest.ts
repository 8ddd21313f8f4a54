import type { ProviderManifest } from "#providers/contract.ts";

export const manifest: ProviderManifest = {
  name: "ffmpeg",
  title: "Recipes on this machine",
  offline: true,
  sandbox: false,
  byRecipe: true,
  needsKey: null,
  keeps: "Nothing: the work is done on this machine, without any model.",
  models: [
    {
      id: "enhance-1",
      kind: "video",
      tasks: ["enhance_video"],
      title: "Better video",
      credits: 2,
      per: "output",
      defaultFor: ["enhance_video"],
      inputs: {
        source: {
          media: "video",
          max: 1,
          types: ["video/mp4", "video/quicktime", "video/webm", "video/matroska"],
          maxBytes: 1_000_000_000,
          maxSeconds: 300,
        },
      },
      settings: {
        enhancements: ["upscale", "denoise", "stabilise", "colour", "loudness", "captions"],
      },
    },
  ],
};
