import type { Experimental_VideoModelV4 as VideoModelV4 } from "@ai-sdk/provider";

export type StartOptions = Parameters<NonNullable<VideoModelV4["doStart"]>>[0];
export type LookOptions = Parameters<NonNullable<VideoModelV4["doStatus"]>>[0];
type Started = ReturnType<NonNullable<VideoModelV4["doStart"]>>;
export type Looked = Awaited<ReturnType<NonNullable<VideoModelV4["doStatus"]>>>;

/** What is known of an answer to `doStatus`, beside what it says. Headers are left out: they are nobody's business. */
export function responseOf(modelId: string): Looked["response"] {
  return { timestamp: new Date(), modelId, headers: undefined };
}

/** A library's video model, of whichever version of `@ai-sdk/provider` it brings. */
export interface JobStarter<Options> {
  modelId: string;
  provider: string;
  doStart?: (options: Options) => Started;
}

/**
 * A library's video model, whose jobs are asked for by `look`, and where what starts one is put into the provider's own
 * words first. One job makes one video.
 */
export function jobModel<Options>(input: {
  model: JobStarter<Options>;
  adapt: (options: StartOptions) => Options | Promise<Options>;
  look: (options: LookOptions) => Promise<Looked>;
}): VideoModelV4 {
  const { model, adapt, look } = input;
  const { modelId, provider } = model;
  return {
    specificationVersion: "v4",
    provider,
    modelId,
    maxVideosPerCall: 1,
    async doStart(options) {
      if (model.doStart === undefined) throw new Error(`${provider} ${modelId} starts no jobs`);
      return model.doStart(await adapt(options));
    },
    doStatus: look,
  };
}

/** Fields of a request, as every version of the libraries takes them. */
export type PlainFields = Record<string, string | number | boolean | string[]>;

/**
 * The options of a start whose inputs and settings are all in `fields`, which the library puts into the request as they
 * are. Empty words are none: what needs none refuses them.
 */
export function startWith(options: StartOptions, provider: string, fields: PlainFields) {
  const { prompt, headers, abortSignal } = options;
  return {
    prompt: prompt === "" ? undefined : prompt,
    n: 1,
    aspectRatio: undefined,
    resolution: undefined,
    duration: undefined,
    fps: undefined,
    seed: undefined,
    image: undefined,
    frameImages: undefined,
    inputReferences: undefined,
    generateAudio: undefined,
    providerOptions: { [provider]: fields },
    ...(headers && { headers }),
    ...(abortSignal && { abortSignal }),
  };
}
