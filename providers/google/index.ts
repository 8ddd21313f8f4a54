import { createGoogle } from "@ai-sdk/google";
import { z } from "zod";
import type { GenerationKind, Provider, ProviderDeps } from "#providers/contract.ts";
import { callForJson } from "#providers/lib/call-provider.ts";
import { connectPrivately } from "./connect-privately.ts";
import { manifest } from "./manifest.ts";
import { googleVideoModel } from "./video-model.ts";

/** Images by Gemini and videos by Veo, through the Gemini API. It has no call that stops a video. */
export const provider = {
  manifest,
  imageModel(deps: ProviderDeps, id: string) {
    const { apiKey, baseUrl: baseURL, fetch } = connectPrivately(deps);
    return createGoogle({ apiKey, baseURL, fetch }).image(id);
  },
  videoModel: googleVideoModel,
  // Said again in connect-privately.ts, because the library does not know the option. Videos are never logged.
  privacyOptions: (kind: GenerationKind) => (kind === "image" ? { google: { store: false } } : {}),
  /** https://ai.google.dev/api/models#method:-models.list */
  async check(deps: ProviderDeps, signal: AbortSignal) {
    const { apiKey, baseUrl, fetch } = connectPrivately(deps);
    const url = `${baseUrl}/models?pageSize=1000`;
    const headers = { "x-goog-api-key": apiKey };
    const { models } = await callForJson({ fetch, url, headers, signal }, modelList);
    return { models: models.map(({ name }) => name.replace(/^models\//u, "")) };
  },
} satisfies Provider;

const modelList = z.object({ models: z.array(z.object({ name: z.string() })) });
