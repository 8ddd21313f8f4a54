/**
 * What an AI provider is to Drumbeat. One folder per provider:
 *
 *   providers/<name>/manifest.ts  exports `manifest: ProviderManifest`  (data: models, limits, prices in credits)
 *   providers/<name>/index.ts     exports `provider: Provider`          (read by activities)
 *
 * A folder is found by `providers/registry.ts`; nothing else names it. Which factories a provider has follows from its
 * models: one that offers `speech` has `speechModel`, and so on; the contract suite (test/contracts) holds it.
 */
import type {
  Experimental_VideoModelV4 as VideoModelV4,
  ImageModelV4,
  JSONValue,
  LanguageModelV4,
  SharedV4ProviderOptions,
  SpeechModelV4,
  TranscriptionModelV4,
} from "@ai-sdk/provider";
import type { InputLimit, ModelLimits, ModelSettings } from "#domain/model-limits.ts";
import type { Price, PriceUnit } from "#domain/generation-price.ts";
import type { GenerationKind, GenerationTask } from "#domain/generation-tasks.ts";

export type { GenerationKind, InputLimit, ModelSettings, PriceUnit };

export interface ModelEntry extends ModelLimits, Price {
  /** `id` is the provider's own name of the model, `credits` the price of one `per`. */
  kind: GenerationKind;
  tasks: readonly GenerationTask[];
  title: string;
  /** The provider's default for these of its tasks. */
  defaultFor: readonly GenerationTask[];
}

export interface ProviderManifest {
  name: string;
  title: string;
  /** True when nothing leaves this machine. */
  offline: boolean;
  /** True when what it makes only stands for what a model would make: it is marked, and refused on real platforms. */
  sandbox: boolean;
  /** True where recipes of ours do the work, in the media worker: it has no factories, and nothing is asked of anybody. */
  byRecipe?: true;
  /** The environment variable of the key that it can't work without; null where it needs none. */
  needsKey: string | null;
  /** What it heeds of the credentials besides the key; nothing where that is absent. */
  takes?: readonly CredentialField[];
  models: readonly ModelEntry[];
  /** What the provider keeps of a request although we ask it not to, in one sentence for people. */
  keeps: string;
}

export interface ProviderDeps {
  fetch: typeof fetch;
  /** The workspace's own, from the vault; else from the environment: `<NAME>_API_KEY` and so on. */
  credentials: ProviderCredentials;
  /** Where ffmpeg is, for providers that make media here. */
  ffmpegPath: string;
}

/** `baseUrl`: another server than the provider's own. `api`: which of its APIs that server knows. */
export type CredentialField = "baseUrl" | "organization" | "api";

export interface ProviderCredentials {
  apiKey?: string;
  baseUrl?: string;
  organization?: string;
  api?: "responses" | "chat";
}

/** Music and sounds, for which `ai` has no model interface: one call, one file. */
export interface SoundModel {
  modelId: string;
  generate(input: {
    task: "music" | "sound";
    prompt: string;
    /** Whole seconds; the provider's own choice without it. */
    seconds?: number;
    seed?: number;
    signal?: AbortSignal;
    providerOptions: SharedV4ProviderOptions;
  }): Promise<{ data: Uint8Array; mediaType: string }>;
}

export interface Provider {
  manifest: ProviderManifest;
  /** Each throws when the credentials that it needs are absent, saying what to set. */
  languageModel?(deps: ProviderDeps, id: string): LanguageModelV4;
  imageModel?(deps: ProviderDeps, id: string): ImageModelV4;
  speechModel?(deps: ProviderDeps, id: string): SpeechModelV4;
  transcriptionModel?(deps: ProviderDeps, id: string): TranscriptionModelV4;
  /** Works by `doStart` and `doStatus`: a job that is started once and asked for. */
  videoModel?(deps: ProviderDeps, id: string): VideoModelV4;
  soundModel?(deps: ProviderDeps, id: string): SoundModel;
  /**
   * Stops a job that `doStart` began, where the provider can: `cancelled`, or `too_late` where it goes on to its end.
   * Asked again it answers the same. Absent where a provider has no such call.
   */
  cancelJob?(
    deps: ProviderDeps,
    job: { model: string; operation: JSONValue; signal: AbortSignal },
  ): Promise<"cancelled" | "too_late">;
  /** How far a job is, where the answer of its status says: 0 to 1, and its place in the queue. */
  jobProgress?(metadata: unknown): { fraction?: number; queuePosition?: number };
  /** Options sent with every call: the provider's own storage and training switched off where it can be. */
  privacyOptions(kind: GenerationKind, deps: ProviderDeps): SharedV4ProviderOptions;
  /**
   * The cheapest call that shows whether the credentials work; answers with the models that they see, as far as the
   * provider lists them. Throws as every call does. Absent where no credentials are needed.
   */
  check?(deps: ProviderDeps, signal: AbortSignal): Promise<{ models: string[] }>;
}
