import type { GenerationPlan } from "#workflows/generation-plan.ts";

/** One picture by a provider that answers at once. */
export const imagePlan: GenerationPlan = {
  go: true,
  task: "text_to_image",
  model: "sandbox/picture",
  how: "call",
  count: 1,
  deadlineMs: 15 * 60_000,
};

/** One video by a provider that is asked for it until it is done. */
export const jobPlan: GenerationPlan = {
  ...imagePlan,
  task: "text_to_video",
  how: "job",
  deadlineMs: 90 * 60_000,
};
