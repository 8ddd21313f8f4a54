/** Words of ours as a list in SQL, such as `('a', 'b')`: for `in`. Never for what comes from outside. */
export function sqlWords(words: readonly string[]): string {
  return `(${words.map((word) => `'${word}'`).join(", ")})`;
}
