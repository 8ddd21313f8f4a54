import { type JSONValue, NoSuchModelError } from "@ai-sdk/provider";
import type { GenerationTask } from "#domain/generation-tasks.ts";
import type { ModelEntry, Provider, ProviderDeps } from "#providers/contract.ts";
import { sandboxImageModel } from "./image-model.ts";
import { sandboxLanguageModel } from "./language-model.ts";
import { manifest } from "./manifest.ts";
import { sandboxSoundModel } from "./sound-model.ts";
import { sandboxSpeechModel } from "./speech-model.ts";
import { sandboxTranscriptionModel } from "./transcription-model.ts";
import { cancelVideoJob, sandboxVideoModel, videoJobProgress } from "./video-model.ts";

/** Text, images, sound and video made on this machine, without a key and without a network. */
export const provider = {
  manifest,
  languageModel(_deps: ProviderDeps, id: string) {
    requireModel({ id, tasks: ["write"], modelType: "languageModel" });
    return sandboxLanguageModel({ modelId: id, clumsy: id === "sandbox-text-clumsy" });
  },
  imageModel(_deps: ProviderDeps, id: string) {
    const tasks = ["text_to_image", "edit_image"] as const;
    const { settings, inputs } = requireModel({ id, tasks, modelType: "imageModel" });
    return sandboxImageModel({
      modelId: id,
      sizes: settings?.sizes ?? [],
      maxFiles: (inputs?.source?.max ?? 0) + (inputs?.reference?.max ?? 0),
    });
  },
  speechModel({ ffmpegPath }: ProviderDeps, id: string) {
    const entry = requireModel({ id, tasks: ["speech"], modelType: "speechModel" });
    return sandboxSpeechModel({
      modelId: id,
      ffmpegPath,
      maxTextLength: entry.maxPromptLength ?? 4000,
    });
  },
  transcriptionModel({ ffmpegPath }: ProviderDeps, id: string) {
    requireModel({ id, tasks: ["transcribe"], modelType: "transcriptionModel" });
    return sandboxTranscriptionModel({ modelId: id, ffmpegPath });
  },
  soundModel(_deps: ProviderDeps, id: string) {
    const { tasks, settings } = requireModel({
      id,
      tasks: ["music", "sound"],
      modelType: "speechModel",
    });
    return sandboxSoundModel({
      modelId: id,
      task: tasks.includes("music") ? "music" : "sound",
      seconds: settings?.seconds ?? [],
    });
  },
  videoModel({ ffmpegPath }: ProviderDeps, id: string) {
    const entry = requireModel({ id, tasks: ["text_to_video"], modelType: "videoModel" });
    return sandboxVideoModel({
      modelId: id,
      ffmpegPath,
      lengths: entry.settings?.seconds ?? [],
      maxReferences: entry.inputs?.reference?.max ?? 0,
    });
  },
  cancelJob: (_deps: ProviderDeps, { operation }: { operation: JSONValue }) =>
    cancelVideoJob({ operation }),
  jobProgress: videoJobProgress,
  // Nothing leaves the machine, so there is nothing to switch off.
  privacyOptions: () => ({}),
} satisfies Provider;

function requireModel({
  id,
  tasks,
  modelType,
}: {
  id: string;
  /** It does one of these at least. */
  tasks: readonly GenerationTask[];
  modelType: ConstructorParameters<typeof NoSuchModelError>[0]["modelType"];
}): ModelEntry {
  const entry = manifest.models.find(
    (model) => model.id === id && tasks.some((task) => model.tasks.includes(task)),
  );
  if (entry !== undefined) return entry;
  const message = `The sandbox has no model "${id}" for ${tasks.join(" or ")}.`;
  throw new NoSuchModelError({ modelId: id, modelType, message });
}
