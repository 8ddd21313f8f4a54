import { createOpenAI, type OpenAIProvider } from "@ai-sdk/openai";
import { LoadAPIKeyError } from "@ai-sdk/provider";
import type { Provider, ProviderDeps } from "#providers/contract.ts";
import { manifest } from "./manifest.ts";

/** OpenAI, or any server that speaks its Responses or its Chat Completions API. */
export const provider: Provider = {
  manifest,
  languageModel(deps, id) {
    const openai = connect(deps);
    return deps.credentials.api === "chat" ? openai.chat(id) : openai.responses(id);
  },
  imageModel(deps, id) {
    return connect(deps).image(id);
  },
  // The image API stores nothing to switch off, and refuses parameters that it doesn't know.
  privacyOptions: (kind) => (kind === "text" ? { openai: { store: false } } : {}),
};

const officialBaseUrl = "https://api.openai.com/v1";

function connect({ credentials, fetch }: ProviderDeps): OpenAIProvider {
  if (credentials.apiKey === undefined || credentials.apiKey.trim() === "") {
    throw new LoadAPIKeyError({
      message:
        "OpenAI needs an API key: set OPENAI_API_KEY and restart. A compatible server that asks for none takes any word.",
    });
  }
  return createOpenAI({
    apiKey: credentials.apiKey,
    // Always given, because the library would otherwise read OPENAI_BASE_URL from the environment behind our back.
    baseURL: credentials.baseUrl ?? officialBaseUrl,
    fetch,
  });
}
