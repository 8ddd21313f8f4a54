import { createOpenAI, type OpenAIProvider } from "@ai-sdk/openai";
import { z } from "zod";
import type { GenerationKind, Provider, ProviderDeps } from "#providers/contract.ts";
import { callForJson } from "#providers/lib/call-provider.ts";
import { guardKey } from "#providers/lib/guard-key.ts";
import { manifest } from "./manifest.ts";

/** OpenAI, or any server that speaks its Responses or its Chat Completions API. */
export const provider = {
  manifest,
  languageModel(deps: ProviderDeps, id: string) {
    const openai = connect(deps);
    return deps.credentials.api === "chat" ? openai.chat(id) : openai.responses(id);
  },
  imageModel: (deps: ProviderDeps, id: string) => connect(deps).image(id),
  speechModel: (deps: ProviderDeps, id: string) => connect(deps).speech(id),
  transcriptionModel: (deps: ProviderDeps, id: string) => connect(deps).transcription(id),
  // The image and audio APIs store nothing to switch off, and refuse parameters that they don't know.
  privacyOptions: (kind: GenerationKind) => (kind === "text" ? { openai: { store: false } } : {}),
  /** https://platform.openai.com/docs/api-reference/models/list */
  async check(deps: ProviderDeps, signal: AbortSignal) {
    const { apiKey, fetch } = guardKey(manifest, deps);
    const { organization } = deps.credentials;
    const { data } = await callForJson(
      {
        fetch,
        url: `${baseUrlOf(deps)}/models`,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(organization && { "openai-organization": organization }),
        },
        signal,
      },
      modelList,
    );
    return { models: data.map(({ id }) => id) };
  },
} satisfies Provider;

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

const officialBaseUrl = "https://api.openai.com/v1";

function baseUrlOf({ credentials }: ProviderDeps): string {
  return (credentials.baseUrl ?? officialBaseUrl).replace(/\/+$/u, "");
}

function connect(deps: ProviderDeps): OpenAIProvider {
  const { organization } = deps.credentials;
  return createOpenAI({
    ...guardKey(manifest, deps),
    // Always given, because the library would otherwise read OPENAI_BASE_URL from the environment behind our back.
    baseURL: baseUrlOf(deps),
    ...(organization && { organization }),
  });
}
