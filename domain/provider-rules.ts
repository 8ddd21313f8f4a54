import type { GenerationTask } from "./generation-tasks.ts";

/** Which AI providers a workspace may ask, and what it takes where nobody names a model. */
export interface ProviderRules {
  /** Names; null: all. */
  allowedProviders: readonly string[] | null;
  /** `provider/model` by task. */
  defaultModels: Partial<Record<GenerationTask, string>>;
}

/** Where no workspace has a say. */
export const noRules: ProviderRules = { allowedProviders: null, defaultModels: {} };

/** Pure. */
export function isAllowed(
  { allowedProviders }: Pick<ProviderRules, "allowedProviders">,
  name: string,
): boolean {
  return allowedProviders === null || allowedProviders.includes(name);
}
