/**
 * What an AI provider is to Drumbeat. One folder per provider:
 *
 *   providers/<name>/manifest.ts  exports `manifest: ProviderManifest`  (data: models, prices in credits)
 *   providers/<name>/index.ts     exports `provider: Provider`          (read by activities)
 *
 * A folder is found by `providers/registry.ts`; nothing else names it.
 */
import type { ImageModelV4, LanguageModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";

export type GenerationKind = "text" | "image" | "audio" | "video";

export interface ModelEntry {
  /** The provider's own name of the model. */
  id: string;
  kind: GenerationKind;
  title: string;
  /** Price of one output, in whole credits. */
  credits: number;
  /** The provider's default for this kind. */
  default: boolean;
  /** Model settings that may be passed through, with their default. */
  sizes?: string[];
}

export interface ProviderManifest {
  name: string;
  title: string;
  /** True when nothing leaves this machine; its output is marked and refused on real platforms. */
  offline: boolean;
  /** The environment variable of the key that it can't work without; null where it needs none. */
  needsKey: string | null;
  models: ModelEntry[];
  /** What the provider keeps of a request although we ask it not to, in one sentence for people. */
  keeps: string;
}

export interface ProviderDeps {
  fetch: typeof fetch;
  /** From the environment: `<NAME>_API_KEY` and so on. */
  credentials: { apiKey?: string; baseUrl?: string; api?: "responses" | "chat" };
}

export interface Provider {
  manifest: ProviderManifest;
  /** Throws when the credentials that it needs are absent, saying what to set. */
  languageModel(deps: ProviderDeps, id: string): LanguageModelV4;
  imageModel(deps: ProviderDeps, id: string): ImageModelV4;
  /** Options sent with every call: the provider's own storage and training switched off where it can be. */
  privacyOptions(kind: GenerationKind, deps: ProviderDeps): SharedV4ProviderOptions;
}
