import "./quiet-ai.ts";
import type { JSONValue } from "@ai-sdk/provider";
import { experimental_startVideo as startVideo, generateSpeech, transcribe } from "ai";
import type { GenerationOutput } from "#db/entities/generation.ts";
import type { GenerationSettings } from "#domain/generation-settings.ts";
import { kindOfTask, type GenerationTask, type InputRole } from "#domain/generation-tasks.ts";
import type { Provider, ProviderDeps } from "#providers/contract.ts";
import { modelsOf } from "#providers/models-of.ts";
import { askModel, describeCall } from "./ask-model.ts";
import { ModelAnswerError } from "./classify-model-error.ts";
import { describeImageCall, makeImage } from "./make-image.ts";
import { describeSent, type SentRecord } from "./describe-sent.ts";
import type { MadeMedia } from "./store-generated-media.ts";

/** An asset that the task works on, read. */
export interface LoadedInput {
  role: InputRole;
  contentType: string;
  data: Uint8Array;
}

export interface ProviderRequest {
  provider: Provider;
  deps: ProviderDeps;
  model: string;
  task: GenerationTask;
  prompt: string;
  settings: GenerationSettings;
  inputs: readonly LoadedInput[];
  signal: AbortSignal;
}

export type ProviderAnswer =
  | { kind: "text"; output: GenerationOutput }
  | ({ kind: "media" } & MadeMedia);

/** One call to a provider, ready to be made, with the record of what it will send. */
export type PlannedCall = { sent: SentRecord } & (
  | { how: "call"; ask: () => Promise<ProviderAnswer> }
  /** Gives the provider's name of the job. */
  | { how: "job"; start: () => Promise<JSONValue> }
);

/** Whether a task is answered at once, or is a job to ask for. */
export function isJob(task: GenerationTask): boolean {
  return task.endsWith("_video");
}

/**
 * Says what exactly a provider is asked, once and without retries, and how to read its answer. Nothing of a workspace or a
 * person is in it but the prompt and the inputs. What is called throws what `ai` and the provider throw.
 */
export function planProviderCall(request: ProviderRequest): PlannedCall {
  switch (request.task) {
    case "write":
      return planText(request);
    case "text_to_image":
    case "edit_image":
      return planImage(request);
    case "speech":
      return planSpeech(request);
    case "music":
    case "sound":
      return planSound(request, request.task);
    case "transcribe":
      return planTranscription(request);
    default:
      return planVideo(request);
  }
}

function planText(request: ProviderRequest): PlannedCall {
  const { settings, signal } = request;
  const options = {
    model: modelsOf.language(wanted(request)),
    messages: [{ role: "user" as const, content: request.prompt }],
    privacyOptions: privacyOf(request),
    ...pick(settings, "seed", "temperature", "maxOutputTokens"),
    signal,
  };
  return {
    how: "call",
    sent: describeCall(options),
    ask: async () => {
      const answer = await askModel(options);
      // An empty answer is none: it is asked again, and refunded when it stays so.
      if (answer.kind !== "text") throw new ModelAnswerError("provider_down");
      return { kind: "text", output: { text: answer.text } };
    },
  };
}

function planImage(request: ProviderRequest): PlannedCall {
  const { prompt, settings, inputs, signal } = request;
  const [mask] = withRole(inputs, "mask");
  const options = {
    model: modelsOf.image(wanted(request)),
    prompt,
    images: [...withRole(inputs, "source"), ...withRole(inputs, "reference")],
    mask,
    ...pick(settings, "size", "aspectRatio", "seed"),
    privacyOptions: privacyOf(request),
    signal,
  };
  return {
    how: "call",
    sent: describeImageCall(options),
    ask: async () => ({ kind: "media", data: (await makeImage(options)).data }),
  };
}

function planSpeech(request: ProviderRequest): PlannedCall {
  const { prompt, settings, signal } = request;
  const model = modelsOf.speech(wanted(request));
  const chosen = pick(settings, "voice", "speed", "instructions", "language");
  const format = settings.format === undefined ? {} : { outputFormat: settings.format };
  return {
    how: "call",
    sent: describe(request, model, { ...chosen, ...format }),
    ask: async () => {
      const { audio } = await generateSpeech({
        model,
        text: prompt,
        ...chosen,
        ...format,
        providerOptions: privacyOf(request),
        maxRetries: 0,
        abortSignal: signal,
      });
      return { kind: "media", data: audio.uint8Array };
    },
  };
}

function planSound(request: ProviderRequest, task: "music" | "sound"): PlannedCall {
  const { prompt, settings, signal } = request;
  const model = modelsOf.sound(wanted(request));
  const chosen = pick(settings, "seconds", "seed");
  return {
    how: "call",
    sent: describe(request, { provider: request.provider.manifest.name, ...model }, chosen),
    ask: async () => {
      const providerOptions = privacyOf(request);
      const { data } = await model.generate({ task, prompt, ...chosen, signal, providerOptions });
      return { kind: "media", data };
    },
  };
}

function planTranscription(request: ProviderRequest): PlannedCall {
  const model = modelsOf.transcription(wanted(request));
  const [audio] = withRole(request.inputs, "source");
  if (audio === undefined) throw new Error("a transcription needs something to listen to");
  return {
    how: "call",
    sent: describe(request, model, {}),
    ask: async () => {
      const heard = await transcribe({
        model,
        audio,
        providerOptions: privacyOf(request),
        maxRetries: 0,
        abortSignal: request.signal,
      });
      return {
        kind: "text",
        output: {
          text: heard.text,
          ...(heard.language === undefined ? {} : { language: heard.language }),
          segments: heard.segments.map(({ text, startSecond, endSecond }) => ({
            text,
            start: startSecond,
            end: endSecond,
          })),
        },
      };
    },
  };
}

function planVideo(request: ProviderRequest): PlannedCall {
  const { prompt, settings, inputs, signal } = request;
  const model = modelsOf.video(wanted(request));
  const [first] = [...withRole(inputs, "first_frame"), ...imagesOf(inputs)];
  const [last] = withRole(inputs, "last_frame");
  const references = inputs.filter(
    ({ role, contentType }) =>
      role === "reference" || (role === "source" && contentType.startsWith("video/")),
  );
  const chosen = pick(settings, "aspectRatio", "seed");
  // Providers name a video by its size in pixels, or by its height alone.
  const resolution = settings.resolution ?? settings.size;
  const asked = {
    ...chosen,
    ...(settings.seconds === undefined ? {} : { duration: settings.seconds }),
    ...(settings.sound === undefined ? {} : { generateAudio: settings.sound }),
    ...(resolution === undefined ? {} : { resolution }),
  };
  return {
    how: "job",
    sent: describe(request, model, asked),
    start: async () => {
      const frames = request.task === "frames_to_video";
      const { operation } = await startVideo({
        model,
        prompt: first !== undefined && !frames ? { image: first, text: prompt } : prompt,
        n: 1,
        ...(frames ? { frameImages: framesOf(first, last) } : {}),
        ...(references.length === 0
          ? {}
          : {
              inputReferences: references.map(({ data, contentType }) => ({
                data,
                mediaType: contentType,
              })),
            }),
        ...(asked as { resolution?: `${number}x${number}`; aspectRatio?: `${number}:${number}` }),
        providerOptions: privacyOf(request),
        maxRetries: 0,
        abortSignal: signal,
      });
      return operation;
    },
  };
}

function framesOf(first: Uint8Array | undefined, last: Uint8Array | undefined) {
  return [
    ...(first === undefined ? [] : [{ image: first, frameType: "first_frame" as const }]),
    ...(last === undefined ? [] : [{ image: last, frameType: "last_frame" as const }]),
  ];
}

function imagesOf(inputs: readonly LoadedInput[]): Uint8Array[] {
  return withRole(
    inputs.filter(({ contentType }) => contentType.startsWith("image/")),
    "source",
  );
}

function withRole(inputs: readonly LoadedInput[], role: InputRole): Uint8Array[] {
  return inputs.filter((one) => one.role === role).map(({ data }) => data);
}

function wanted({ provider, deps, model }: ProviderRequest) {
  return { provider, deps, id: model };
}

function privacyOf({ provider, deps, task }: ProviderRequest) {
  return provider.privacyOptions(kindOfTask(task), deps);
}

function describe(
  request: ProviderRequest,
  model: { provider: string; modelId: string },
  settings: Record<string, string | number | boolean | undefined>,
): SentRecord {
  return describeSent({
    model,
    fields: [
      ["prompt", request.prompt === "" ? undefined : request.prompt],
      ...request.inputs.map(({ role, data }, index) => [`inputs[${index}].${role}`, data] as const),
    ],
    settings: Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        name,
        typeof value === "boolean" ? String(value) : value,
      ]),
    ),
    privacyOptions: privacyOf(request),
  });
}

/** Those of the settings that are there, under their own names. */
function pick<Name extends keyof GenerationSettings>(
  settings: GenerationSettings,
  ...names: Name[]
): { [Key in Name]?: NonNullable<GenerationSettings[Key]> } {
  return Object.fromEntries(
    names.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])),
  ) as { [Key in Name]?: NonNullable<GenerationSettings[Key]> };
}
