import type { ModelMessage } from "ai";

/** A message's words: its text, and the results of tools as the model reads them. */
export function messageText({ content }: ModelMessage): string {
  if (typeof content === "string") return content;
  return content
    .flatMap((part) => {
      if (part.type === "text") return [part.text];
      if (part.type !== "tool-result") return [];
      const { output } = part;
      return [
        output.type === "text" || output.type === "error-text"
          ? output.value
          : JSON.stringify(output),
      ];
    })
    .join("\n");
}
