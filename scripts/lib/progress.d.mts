export interface Progress {
  /** Writes one line above the steps that are running. */
  line(text: string): void;
  /** Runs `work`, showing its time while it lasts and whether it went well. */
  step<T>(label: string, work: (report: (detail: string) => void) => Promise<T>): Promise<T>;
}
export function createProgress(options?: {
  stream?: NodeJS.WriteStream;
  now?: () => number;
}): Progress;
/** Milliseconds in words: `3.2 s`, `41 s`, `2 min 5 s`. */
export function elapsed(milliseconds: number): string;
