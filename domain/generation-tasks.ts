/** What can be generated, and from what: the words that requests, models and providers share. */

export const generationKinds = ["text", "image", "audio", "video"] as const;
export type GenerationKind = (typeof generationKinds)[number];

/** What a model can be asked to do, by the kind of generation that it is. */
export const tasksOfKind = {
  text: ["write"],
  image: ["text_to_image", "edit_image"],
  audio: ["speech", "music", "sound", "transcribe"],
  video: [
    "text_to_video",
    "image_to_video",
    "frames_to_video",
    "references_to_video",
    "extend_video",
    "enhance_video",
  ],
} as const satisfies Record<GenerationKind, readonly string[]>;
export type GenerationTask = (typeof tasksOfKind)[GenerationKind][number];

export const generationTasks: readonly GenerationTask[] = Object.values(tasksOfKind).flat();

/**
 * What an input is for. `source` is what the task changes, reads or sets in motion; `reference` shows a subject or a
 * style; `mask` says where an image may change; the frames are where a video begins and ends.
 */
export const inputRoles = ["source", "reference", "mask", "first_frame", "last_frame"] as const;
export type InputRole = (typeof inputRoles)[number];

/** What an asset is, as far as a task asks. */
export type InputMedia = "image" | "audio" | "video";

export interface TaskInput {
  role: InputRole;
  media: InputMedia;
}

export function kindOfTask(task: GenerationTask): GenerationKind {
  const found = generationKinds.find((kind) =>
    (tasksOfKind[kind] as readonly GenerationTask[]).includes(task),
  );
  if (!found) throw new RangeError(`${task} is no task`);
  return found;
}

/** Whether a task can do without words: what it works on says all. */
export function needsPrompt(task: GenerationTask): boolean {
  return task !== "transcribe" && task !== "enhance_video" && task !== "frames_to_video";
}

/** The role that an asset has whose sender did not say: what a task of that kind would take it for first. */
export function usualRole(kind: GenerationKind, media: InputMedia): InputRole {
  if (kind === "image") return "source";
  if (kind === "video" && media === "image") return "first_frame";
  return "source";
}

/** What is asked for, where the request does not name it: what its inputs suggest. Pure. */
export function suggestTask(kind: GenerationKind, inputs: readonly TaskInput[]): GenerationTask {
  const has = (role: InputRole, media?: InputMedia) =>
    inputs.some((one) => one.role === role && (media === undefined || one.media === media));
  switch (kind) {
    case "text":
      return "write";
    case "image":
      return inputs.length > 0 ? "edit_image" : "text_to_image";
    case "audio":
      return has("source") ? "transcribe" : "speech";
    case "video":
      if (has("source", "video")) return "enhance_video";
      if (has("last_frame")) return "frames_to_video";
      if (has("first_frame") || has("source", "image")) return "image_to_video";
      return has("reference") ? "references_to_video" : "text_to_video";
  }
}
