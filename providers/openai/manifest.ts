import type { ProviderManifest } from "#providers/contract.ts";

// Models as listed by @ai-sdk/openai 4.0.118; sizes as its catalogue gives them. Prices are ours, in whole credits.
const imageSizes = ["1024x1024", "1536x1024", "1024x1536"];

export const manifest: ProviderManifest = {
  name: "openai",
  title: "OpenAI",
  offline: false,
  needsKey: "OPENAI_API_KEY",
  keeps:
    "OpenAI may keep what it is sent for up to 30 days to look for abuse, although it is asked not to store it.",
  models: [
    { id: "gpt-5.4-mini", kind: "text", title: "GPT-5.4 mini", credits: 2, default: true },
    { id: "gpt-5.4-nano", kind: "text", title: "GPT-5.4 nano", credits: 1, default: false },
    { id: "gpt-5.6", kind: "text", title: "GPT-5.6", credits: 8, default: false },
    { id: "gpt-4.1-mini", kind: "text", title: "GPT-4.1 mini", credits: 2, default: false },
    {
      id: "gpt-image-2",
      kind: "image",
      title: "GPT Image 2",
      credits: 16,
      default: true,
      sizes: imageSizes,
    },
    {
      id: "gpt-image-1.5",
      kind: "image",
      title: "GPT Image 1.5",
      credits: 12,
      default: false,
      sizes: imageSizes,
    },
    {
      id: "gpt-image-1-mini",
      kind: "image",
      title: "GPT Image 1 mini",
      credits: 6,
      default: false,
      sizes: imageSizes,
    },
  ],
};
