/** A line of `-progress`, not of ffmpeg's talk. */
const PROGRESS_LINE = /^\w+=\s*\S*$/;

/** What ffmpeg said, without the lines of `-progress`. Pure. */
export function withoutProgress(stderr: string): string {
  return stderr
    .split("\n")
    .filter((line) => !PROGRESS_LINE.test(line))
    .join("\n");
}

/** Reads `-progress` lines and tells the fraction done: 0…1, never less than before. */
export function progressReporter(run: {
  expectedSeconds?: number | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}): (line: string) => void {
  let done = 0;
  return (line) => {
    const microseconds = Number(/^out_time_us=\s*(\d+)/.exec(line)?.[1]);
    if (!run.expectedSeconds || Number.isNaN(microseconds)) return;
    done = Math.max(done, Math.min(1, microseconds / 1e6 / run.expectedSeconds));
    run.onProgress?.(done);
  };
}
