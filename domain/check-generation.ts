import { canBeFitted, isTakenAsItIs } from "./fit-input.ts";
import type { GenerationSettings } from "./generation-settings.ts";
import {
  needsPrompt,
  type GenerationTask,
  type InputMedia,
  type InputRole,
} from "./generation-tasks.ts";
import type { ModelLimits } from "./model-limits.ts";

/** An asset that is to be worked from, as far as a model asks. */
export interface GivenInput {
  role: InputRole;
  media: InputMedia;
  contentType: string;
  bytes: number;
  durationSeconds: number | null;
}

export interface RequestProblem {
  pointer: string;
  detail: string;
}

/** Everything that a model can't take of a request, each with where and what it takes instead. Pure. */
export function checkGeneration(request: {
  model: ModelLimits;
  task: GenerationTask;
  prompt: string;
  settings: GenerationSettings;
  inputs: readonly GivenInput[];
}): RequestProblem[] {
  return [...checkPrompt(request), ...checkSettings(request), ...checkInputs(request)];
}

type Request = Parameters<typeof checkGeneration>[0];

/** The longest prompt that any model takes, in UTF-16 code units. */
const longestPrompt = 20_000;

function checkPrompt({ model, task, prompt }: Request): RequestProblem[] {
  const pointer = "/prompt";
  if (prompt === "" && needsPrompt(task)) return [{ pointer, detail: `${task} needs a prompt.` }];
  const longest = model.maxPromptLength ?? longestPrompt;
  if (prompt.length <= longest) return [];
  return [
    {
      pointer,
      detail: `The model ${model.id} takes ${longest} characters; these are ${prompt.length}.`,
    },
  ];
}

function checkSettings({ model, settings }: Request): RequestProblem[] {
  const takes = model.settings ?? {};
  const allowed: Record<keyof GenerationSettings, readonly unknown[] | boolean> = {
    size: takes.sizes ?? false,
    aspectRatio: takes.aspectRatios ?? false,
    resolution: takes.resolutions ?? false,
    seconds: takes.seconds ?? false,
    voice: takes.voices?.map(({ id }) => id) ?? false,
    format: takes.formats ?? false,
    speed: takes.speed ?? false,
    instructions: takes.instructions ?? false,
    language: takes.language ?? false,
    sound: takes.sound ?? false,
    seed: takes.seed ?? false,
    temperature: takes.temperature ?? false,
    maxOutputTokens: takes.maxOutputTokens !== undefined,
    enhancements: takes.enhancements ?? false,
    captionsFrom: takes.enhancements?.includes("captions") ?? false,
  };
  return Object.entries(settings).flatMap(([name, value]): RequestProblem[] => {
    if (value === undefined) return [];
    const pointer = `/settings/${name}`;
    const may = allowed[name as keyof GenerationSettings];
    if (may === false) return [{ pointer, detail: `The model ${model.id} takes no ${name}.` }];
    const most = name === "maxOutputTokens" ? (takes.maxOutputTokens ?? 0) : Infinity;
    if (typeof value === "number" && value > most)
      return [{ pointer, detail: `The model ${model.id} writes ${most} tokens at most.` }];
    if (may === true) return [];
    const unknown = [value].flat().filter((one) => !may.includes(one));
    if (unknown.length === 0) return [];
    const detail = `The model ${model.id} takes for ${name}: ${may.join(", ")}.`;
    return [{ pointer, detail }];
  });
}

function checkInputs({ model, task, inputs }: Request): RequestProblem[] {
  const limits = model.inputs ?? {};
  const problems = inputs.flatMap((input, index): RequestProblem[] => {
    const pointer = `/inputs/${index}`;
    const limit = limits[input.role];
    if (!limit)
      return [{ pointer, detail: `The model ${model.id} takes no input as ${input.role}.` }];
    // A task that has no use for it would drop it silently.
    if (input.role === "last_frame" && task !== "frames_to_video")
      return [{ pointer, detail: `A last_frame is for frames_to_video; this is ${task}.` }];
    if (inputs.filter(({ role }) => role === input.role).indexOf(input) >= limit.max)
      return [{ pointer, detail: `The model ${model.id} takes ${limit.max} as ${input.role}.` }];
    // It is made such a one before it is sent.
    if (!isTakenAsItIs(input, limit) && canBeFitted(input, limit, inputs)) return [];
    if (!limit.types.includes(input.contentType)) {
      const types = limit.types.join(", ");
      const detail = `As ${input.role} the model ${model.id} takes ${types}; this is ${input.contentType}.`;
      return [{ pointer, detail }];
    }
    if (limit.maxBytes !== undefined && input.bytes > limit.maxBytes)
      return [{ pointer, detail: `It is larger than ${limit.maxBytes} bytes.` }];
    if (limit.maxSeconds !== undefined && (input.durationSeconds ?? 0) > limit.maxSeconds)
      return [{ pointer, detail: `It is longer than ${limit.maxSeconds} seconds.` }];
    return [];
  });
  const missing = (neededRoles[task] ?? [])
    .filter((roles) => !roles.some((role) => inputs.some((input) => input.role === role)))
    .map(([role]) => ({ pointer: "/inputs", detail: `${task} needs an input as ${role ?? ""}.` }));
  const tooFew = Object.entries(limits)
    .filter(([role, { min = 0 }]) => inputs.filter((one) => one.role === role).length < min)
    .map(([role, { min }]) => ({
      pointer: "/inputs",
      detail: `The model ${model.id} needs ${min} as ${role}.`,
    }));
  return [...problems, ...missing, ...tooFew];
}

/** Of each of these one is needed. */
const neededRoles: Partial<Record<GenerationTask, readonly (readonly InputRole[])[]>> = {
  edit_image: [["source", "reference"]],
  transcribe: [["source"]],
  image_to_video: [["first_frame", "source"]],
  frames_to_video: [["first_frame"], ["last_frame"]],
  references_to_video: [["reference"]],
  extend_video: [["source"]],
  enhance_video: [["source"]],
};
