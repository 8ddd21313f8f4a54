/** A problem of the machine or of what was asked for, in words for the person at the terminal: shown without a stack. */
export class SetupError extends Error {
  name = "SetupError";

  /** @param {{ problem: string, tried?: string[], todo: string, cause?: unknown }} options */
  constructor({ problem, tried = [], todo, cause }) {
    const lines = [problem];
    if (tried.length > 0) lines.push("Tried:", ...tried.map((what) => `  - ${what}`));
    lines.push(`What to do: ${todo}`);
    super(lines.join("\n"), cause === undefined ? undefined : { cause });
  }
}
