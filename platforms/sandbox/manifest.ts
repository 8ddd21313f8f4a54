import { z } from "zod";
import type { PlatformManifest } from "#platforms/contract.ts";
import { remoteIdOfUrl } from "./remote-id-of-url.ts";

export const manifest: PlatformManifest = {
  name: "sandbox",
  title: "Sandbox network",
  real: false,
  auth: { kind: "oauth2", scopes: ["read", "publish"] },
  refreshable: true,
  limits: {
    text: { max: 500, unit: "graphemes", maxBytes: 8_000 },
    altTextMax: 1_000,
    images: {
      maxCount: 4,
      formats: ["jpeg", "png"],
      maxBytes: 2_000_000,
      maxWidth: 4_096,
      maxHeight: 4_096,
    },
    video: {
      maxCount: 1,
      maxBytes: 64_000_000,
      maxSeconds: 120,
      maxWidth: 4_096,
      maxHeight: 4_096,
    },
    requires: "either",
    checkedAt: "2026-11-22",
    source: "local/sandbox-network/README.md",
  },
  settings: z.strictObject({}),
  aiDisclosure: true,
  steps: { create: "media", poll: "media", confirm: true, reconcile: true, remove: true },
  parts: { kinds: ["thread", "comment"], max: 25 },
  remoteIdOfUrl,
  metrics: ["views", "likes", "comments"],
};
