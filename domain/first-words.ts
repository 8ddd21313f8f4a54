const longest = 80;

/** How a post begins, as people call it: its title, else its first line, cut. Empty where it has no words. */
export function firstWords({ title, text }: { title?: string | undefined; text: string }): string {
  const [line = ""] = (title ?? text).trim().split("\n");
  return line.length > longest ? `${line.slice(0, longest).toWellFormed().trimEnd()}…` : line;
}
