import { NoSuchModelError } from "@ai-sdk/provider";
import type { GenerationKind, Provider } from "#providers/contract.ts";
import { sandboxImageModel } from "./image-model.ts";
import { sandboxLanguageModel } from "./language-model.ts";
import { manifest } from "./manifest.ts";

/** Text and images made on this machine, without a key and without a network. */
export const provider: Provider = {
  manifest,
  languageModel(_deps, id) {
    requireModel({ id, kind: "text" });
    return sandboxLanguageModel({ modelId: id, clumsy: id === "sandbox-text-clumsy" });
  },
  imageModel(_deps, id) {
    return sandboxImageModel({
      modelId: id,
      sizes: requireModel({ id, kind: "image" }).sizes ?? [],
    });
  },
  // Nothing leaves the machine, so there is nothing to switch off.
  privacyOptions: () => ({}),
};

function requireModel({
  id,
  kind,
}: {
  id: string;
  kind: GenerationKind;
}): (typeof manifest.models)[number] {
  const entry = manifest.models.find((model) => model.id === id && model.kind === kind);
  if (entry !== undefined) return entry;
  throw new NoSuchModelError({
    modelId: id,
    modelType: kind === "image" ? "imageModel" : "languageModel",
    message: `The sandbox has no ${kind} model "${id}".`,
  });
}
