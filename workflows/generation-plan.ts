import type { GenerationTask } from "#domain/generation-tasks.ts";

/** What is to be made for a generation, as its story is told once it begins. */
export interface GenerationPlan {
  go: boolean;
  task: GenerationTask;
  /** `provider/model`, for people. */
  model: string;
  /**
   * `call`: the provider answers at once. `job`: it is started, and asked for until it is done. `recipe`: it is made on
   * this machine.
   */
  how: "call" | "job" | "recipe";
  /** How many outputs are asked for, each by a call of its own. */
  count: number;
  /** How long all of it may take, in milliseconds from when it began. */
  deadlineMs: number;
}
