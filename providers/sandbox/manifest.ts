import type { ProviderManifest } from "#providers/contract.ts";
import { voices } from "./voices.ts";

const picture = {
  media: "image",
  types: ["image/png", "image/jpeg", "image/webp"],
  maxBytes: 20_000_000,
} as const;

const videoTasks = [
  ...(["text_to_video", "image_to_video", "frames_to_video"] as const),
  ...(["references_to_video", "extend_video"] as const),
];

export const manifest: ProviderManifest = {
  name: "sandbox",
  title: "Sandbox",
  offline: true,
  sandbox: true,
  needsKey: null,
  keeps: "Nothing: the sandbox runs on this machine and sends nothing anywhere.",
  models: [
    {
      id: "sandbox-text-1",
      kind: "text",
      tasks: ["write"],
      title: "Sandbox text",
      credits: 1,
      per: "output",
      defaultFor: ["write"],
      settings: { seed: true, temperature: true, maxOutputTokens: 32_000 },
    },
    {
      id: "sandbox-text-clumsy",
      kind: "text",
      tasks: ["write"],
      title: "Sandbox text that gets its first structured answer wrong",
      credits: 1,
      per: "output",
      defaultFor: [],
      settings: { seed: true, temperature: true, maxOutputTokens: 32_000 },
    },
    {
      id: "sandbox-image-1",
      kind: "image",
      tasks: ["text_to_image", "edit_image"],
      title: "Sandbox image",
      credits: 4,
      per: "output",
      defaultFor: ["text_to_image", "edit_image"],
      inputs: {
        source: { ...picture, max: 1 },
        reference: { ...picture, max: 4 },
        mask: { ...picture, max: 1 },
      },
      settings: { sizes: ["1024x1024", "1536x1024", "1024x1536", "512x512"], seed: true },
    },
    {
      id: "sandbox-speech-1",
      kind: "audio",
      tasks: ["speech"],
      title: "Sandbox speech",
      credits: 1,
      per: "1000_characters",
      defaultFor: ["speech"],
      maxPromptLength: 4000,
      settings: {
        voices: voices.map(({ id, title }) => ({ id, title })),
        formats: ["mp3", "wav"],
        speed: true,
        language: true,
      },
    },
    {
      id: "sandbox-music-1",
      kind: "audio",
      tasks: ["music"],
      title: "Sandbox music",
      credits: 1,
      per: "second",
      defaultFor: ["music"],
      settings: { seconds: [10, 5, 15, 20, 30, 60], seed: true },
    },
    {
      id: "sandbox-sound-1",
      kind: "audio",
      tasks: ["sound"],
      title: "Sandbox sound",
      credits: 1,
      per: "second",
      defaultFor: ["sound"],
      settings: { seconds: [4, 1, 2, 3, 5, 8, 10], seed: true },
    },
    {
      id: "sandbox-transcript-1",
      kind: "audio",
      tasks: ["transcribe"],
      title: "Sandbox transcript",
      credits: 2,
      per: "output",
      defaultFor: ["transcribe"],
      inputs: {
        source: {
          media: "audio",
          max: 1,
          types: [
            ...["audio/mpeg", "audio/wav", "audio/mp4", "audio/ogg", "audio/flac", "audio/aac"],
            ...["video/mp4", "video/quicktime", "video/webm"],
          ],
          maxBytes: 200_000_000,
          maxSeconds: 1800,
        },
      },
    },
    {
      id: "sandbox-video-1",
      kind: "video",
      tasks: videoTasks,
      title: "Sandbox video",
      credits: 2,
      per: "second",
      defaultFor: videoTasks,
      inputs: {
        first_frame: { ...picture, max: 1 },
        last_frame: { ...picture, max: 1 },
        reference: { ...picture, max: 3 },
        source: {
          media: "video",
          max: 1,
          types: ["video/mp4", "video/quicktime", "video/webm"],
          maxBytes: 100_000_000,
          maxSeconds: 60,
        },
      },
      settings: {
        aspectRatios: ["16:9", "9:16", "1:1"],
        seconds: [4, 8],
        sound: true,
        seed: true,
      },
    },
  ],
};
