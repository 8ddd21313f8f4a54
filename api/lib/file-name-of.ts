/** What the sender calls a file: a name without folders and without signs that can't be seen, for people only. */
export function fileNameOf(given: string | undefined): string | null {
  const name = (given ?? "")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .split(/[/\\]/)
    .at(-1)
    ?.trim();
  return name ? name.slice(0, 300).toWellFormed() : null;
}
