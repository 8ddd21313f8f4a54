import type { ProviderManifest } from "#providers/contract.ts";

export const manifest: ProviderManifest = {
  name: "sandbox",
  title: "Sandbox",
  offline: true,
  needsKey: null,
  keeps: "Nothing: the sandbox runs on this machine and sends nothing anywhere.",
  models: [
    { id: "sandbox-text-1", kind: "text", title: "Sandbox text", credits: 1, default: true },
    {
      id: "sandbox-text-clumsy",
      kind: "text",
      title: "Sandbox text that gets its first structured answer wrong",
      credits: 1,
      default: false,
    },
    {
      id: "sandbox-image-1",
      kind: "image",
      title: "Sandbox image",
      credits: 4,
      default: true,
      sizes: ["1024x1024", "1536x1024", "1024x1536", "512x512"],
    },
  ],
};
