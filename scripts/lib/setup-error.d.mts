/** A problem of the machine or of what was asked for, in words for the person at the terminal: shown without a stack. */
export class SetupError extends Error {
  override name: "SetupError";
  constructor(options: { problem: string; tried?: string[]; todo: string; cause?: unknown });
}
