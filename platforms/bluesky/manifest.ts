import { z } from "zod";
import type { PlatformManifest } from "#platforms/contract.ts";
import { remoteIdOfUrl } from "./remote-id-of-url.ts";

/** Settings of a target on Bluesky. */
export const BlueskySettings = z.strictObject({
  /** Languages of the text, as language tags (BCP 47); the network takes at most three. */
  langs: z
    .array(z.string().refine(isLanguageTag, "is no language tag, such as en or pt-BR"))
    .max(3)
    .optional(),
});

export const manifest: PlatformManifest = {
  name: "bluesky",
  title: "Bluesky",
  real: true,
  auth: {
    kind: "credentials",
    fields: [
      {
        name: "identifier",
        label: "Handle",
        help: "Your handle, for example alice.bsky.social; the account's e-mail address or DID works too.",
        secret: false,
        required: true,
      },
      {
        name: "appPassword",
        label: "App password",
        help: "Make one in Bluesky under Settings, Privacy and security, App passwords. It is used once and not stored.",
        secret: true,
        required: true,
      },
      {
        name: "service",
        label: "Server",
        help: "Only for an account on a server of its own, for example https://pds.example.com.",
        secret: false,
        required: false,
      },
    ],
  },
  refreshable: true,
  limits: {
    text: { max: 300, unit: "graphemes", maxBytes: 3_000 },
    altTextMax: 2_000,
    images: {
      maxCount: 4,
      formats: ["jpeg", "png"],
      // Servers before 0.5 take 1 MB, newer ones 2 MB.
      maxBytes: 1_000_000,
      maxWidth: 2_000,
      maxHeight: 2_000,
    },
    video: {
      maxCount: 1,
      // The lexicon would take 300 MB; what a server takes as one upload is its own choice, commonly 50 MB.
      maxBytes: 50_000_000,
      maxSeconds: 180,
      maxWidth: 1_920,
      maxHeight: 1_920,
    },
    requires: "either",
    checkedAt: "2026-11-22",
    source:
      "https://docs.bsky.app/docs/tutorials/video; lexicons app.bsky.feed.post, app.bsky.embed.images",
  },
  settings: BlueskySettings,
  steps: { create: "media", poll: false, confirm: true, reconcile: true, remove: true },
  // A thread may be of any length there; so many are as much as anybody reads.
  parts: { kinds: ["thread", "comment"], max: 25 },
  // 5,000 points an hour and 35,000 a day; making a record counts 3, changing one 2, deleting one 1.
  rates: [
    {
      name: "posts per hour",
      requests: 1_666,
      windowSeconds: 3_600,
      checkedAt: "2026-11-22",
      source: "https://docs.bsky.app/docs/advanced-guides/rate-limits",
    },
    {
      name: "posts per day",
      requests: 11_666,
      windowSeconds: 86_400,
      checkedAt: "2026-11-22",
      source: "https://docs.bsky.app/docs/advanced-guides/rate-limits",
    },
  ],
  remoteIdOfUrl,
  metrics: ["likes", "comments", "reposts", "quotes"],
};

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
