/** So many are kept of what a provider lists. */
const mostModels = 500;

/** A model's name as providers write them: no sentence, no markup, nothing that a database would not take. */
const modelName = /^[\w.:/@+-]{1,200}$/u;

/**
 * The models of a provider's list that can be shown. The list is a server's word: one that repeats the key in it does not
 * bring it before people. Pure.
 */
export function modelsSeen(listed: readonly string[], apiKey: string | undefined): string[] {
  const shown = listed.filter((name) => modelName.test(name) && !(apiKey && name.includes(apiKey)));
  return [...new Set(shown)].slice(0, mostModels);
}
