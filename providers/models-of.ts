import { NoSuchModelError } from "@ai-sdk/provider";
import type { Provider, ProviderDeps } from "./contract.ts";

interface Wanted {
  provider: Provider;
  deps: ProviderDeps;
  id: string;
}

/** The models of a provider, by what they are. Each throws NoSuchModelError where the provider has none of the kind. */
export const modelsOf = {
  language: ({ provider, deps, id }: Wanted) =>
    provider.languageModel?.(deps, id) ?? refuse(provider, id, "languageModel"),
  image: ({ provider, deps, id }: Wanted) =>
    provider.imageModel?.(deps, id) ?? refuse(provider, id, "imageModel"),
  speech: ({ provider, deps, id }: Wanted) =>
    provider.speechModel?.(deps, id) ?? refuse(provider, id, "speechModel"),
  transcription: ({ provider, deps, id }: Wanted) =>
    provider.transcriptionModel?.(deps, id) ?? refuse(provider, id, "transcriptionModel"),
  video: ({ provider, deps, id }: Wanted) =>
    provider.videoModel?.(deps, id) ?? refuse(provider, id, "videoModel"),
  sound: ({ provider, deps, id }: Wanted) =>
    provider.soundModel?.(deps, id) ?? refuse(provider, id, "speechModel"),
};

function refuse(
  provider: Provider,
  modelId: string,
  modelType: ConstructorParameters<typeof NoSuchModelError>[0]["modelType"],
): never {
  const message = `${provider.manifest.title} has no such model: ${modelId}.`;
  throw new NoSuchModelError({ modelId, modelType, message });
}
