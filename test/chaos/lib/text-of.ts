/** Which text it is: of which planned post, which part of it, after how many edits. */
export interface TextName {
  number: number;
  part: number;
  version: number;
}

/** A text that says which one it is, so that it is known again wherever it turns up. */
export function textOf({ number, part, version }: TextName): string {
  return `Post ${number}, part ${part}, version ${version}: news of the harbour.`;
}

/** What `textOf` wrote; undefined for any other text. */
export function readText(text: string): TextName | undefined {
  const read = /^Post (\d+), part (\d+), version (\d+):/.exec(text);
  if (!read) return undefined;
  return { number: Number(read[1]), part: Number(read[2]), version: Number(read[3]) };
}
