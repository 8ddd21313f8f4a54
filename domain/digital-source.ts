/**
 * How a picture or a video came about, in the words of IPTC for what networks ask to be told of
 * (https://cv.iptc.org/newscodes/digitalsourcetype/): made by a model, or made by one of something real. Media without
 * such a word is taken as it is.
 */
import type { GenerationTask, InputRole } from "./generation-tasks.ts";

export const digitalSources = [
  "trainedAlgorithmicMedia",
  "compositeWithTrainedAlgorithmicMedia",
] as const;
export type DigitalSource = (typeof digitalSources)[number];

/** Of these, the output shows what was put in; of a reference it shows a likeness alone. */
const shown: readonly InputRole[] = ["source", "first_frame", "last_frame"];

/**
 * What a generation's output is. Real media in it makes it a composite; what our recipes better stays what it was. Pure.
 */
export function digitalSourceOf(generation: {
  task: GenerationTask;
  inputs: readonly { role: InputRole; digitalSource: DigitalSource | null }[];
}): DigitalSource | null {
  const within = generation.inputs
    .filter(({ role }) => shown.includes(role))
    .map(({ digitalSource }) => digitalSource);
  if (generation.task === "enhance_video") return within[0] ?? null;
  return within.every((one) => one === "trainedAlgorithmicMedia")
    ? "trainedAlgorithmicMedia"
    : "compositeWithTrainedAlgorithmicMedia";
}
