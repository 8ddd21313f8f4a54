import ffmpeg from "fluent-ffmpeg";
import { MediaError } from "#domain/errors.ts";
import { confine, isStartFailure } from "./confine.ts";
import { guardedInput } from "./ffmpeg-input.ts";
import type { Demuxer } from "./file-types.ts";
import { withTempFolder } from "./with-temp-folder.ts";
import { writeAtomically } from "./write-atomically.ts";

export interface FfmpegRun {
  /** Absolute. */
  ffmpegPath: string;
  input: {
    /** Absolute. */
    path: string;
    demuxer: Demuxer;
    /** Before `-i`. */
    options?: string[];
  };
  /** Everything between the input and the output's path. */
  outputOptions: string[];
  /** Absolute; afterwards holds the whole output, or is as it was before. Left out: nothing is written, only measured. */
  outputPath?: string;
  /** Length of what will be written, the measure of progress. */
  expectedSeconds?: number | undefined;
  /** Hears how far it is, 0…1, never less than before, a few times a second; a call is also a sign of life. */
  onProgress?: ((fraction: number) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** How long it may take in all; default an hour. */
  timeoutMs?: number | undefined;
  /** How long it may take to end when told to; default 3 s. */
  graceMs?: number | undefined;
  /** Default 2. */
  threads?: number | undefined;
}

/** ffmpeg ended badly, and not clearly because of the file: no room, no memory, a wrong option. */
export class FfmpegFailed extends Error {
  override name = "FfmpegFailed";
}

const MEMORY_BYTES = 3 * 1024 ** 3;

/** What ffmpeg says when the fault is in what it was given to read. */
const BROKEN_INPUT =
  /Invalid data found|could not find codec parameters|not on whitelist|matches no streams|does not contain any stream|Output file is empty|Nothing was (written|encoded)|Error while decoding/i;
/** What it says when the fault is this machine's. */
export const OUR_FAULT =
  /No space left|Cannot allocate memory|Permission denied|Input\/output error|Read-only file system/i;

/**
 * Runs ffmpeg once over one file; the only place that does. Whatever happens, no half output stays and no process.
 *
 * Throws MediaError `corrupt` when the input can't be read, MediaError `timeout`, FfmpegFailed for any other bad end
 * (both with the end of ffmpeg's own words), and the signal's reason when aborted.
 * Gives what ffmpeg wrote to stderr, at most its last 400 lines.
 */
export async function runFfmpeg(run: FfmpegRun): Promise<{ stderr: string }> {
  run.signal?.throwIfAborted();
  if (run.outputPath === undefined)
    return withTempFolder((cwd) => runOnce({ run, cwd, target: ["-f", "null"], path: "-" }));
  return writeAtomically(run.outputPath, (path, cwd) => runOnce({ run, cwd, target: [], path }));
}

async function runOnce(input: {
  run: FfmpegRun;
  /** An empty folder, so that a relative name in a file leads nowhere. */
  cwd: string;
  target: string[];
  path: string;
}): Promise<{ stderr: string }> {
  const { run } = input;
  const timeoutMs = run.timeoutMs ?? 60 * 60 * 1000;
  const threads = `${run.threads ?? 2}`;
  const { file, args: confinement } = await confine([run.ffmpegPath], {
    memoryBytes: MEMORY_BYTES,
    cpuSeconds: Math.ceil((timeoutMs / 1000) * Number(threads)) + 1,
  });
  run.signal?.throwIfAborted();

  const command = ffmpeg({ cwd: input.cwd, stdoutLines: 400 });
  const optionsAndPath = command._getArguments;
  Object.assign(command, {
    // Both ask ffmpeg for lists that they then misread (of formats and filters), on each run.
    _checkCapabilities: (done: () => void) => done(),
    availableEncoders: (done: (error: null, encoders: object) => void) => done(null, {}),
    // The public setter is a variable of the whole process.
    _getFfmpegPath: (done: (error: null, path: string) => void) => done(null, file),
    _getArguments: () => [...confinement, ...optionsAndPath.call(command)],
  });
  const inputOptions = [
    [
      "-hide_banner",
      "-nostdin",
      "-loglevel",
      "info",
      "-nostats",
      "-stats_period",
      "0.5",
      "-progress",
      "pipe:2",
    ],
    ["-threads", threads, "-filter_threads", threads],
    guardedInput(run.input.demuxer),
    run.input.options ?? [],
  ].flat();
  // Given one by one, options are taken as they are; in an array, one with a space would be cut in two.
  command.input(run.input.path).inputOptions(...inputOptions);
  command
    .output(input.path)
    .outputOptions(...run.outputOptions, "-threads", threads, ...input.target);

  return new Promise((resolve, reject) => {
    let stopped: "aborted" | "timeout" | undefined;
    let killer: NodeJS.Timeout | undefined;
    const stop = (why: "aborted" | "timeout") => {
      if (stopped) return;
      stopped = why;
      command.kill("SIGTERM");
      killer = setTimeout(() => command.kill("SIGKILL"), run.graceMs ?? 3000);
    };
    const onAbort = () => stop("aborted");
    const watchdog = setTimeout(() => stop("timeout"), timeoutMs);
    const settle = () => {
      clearTimeout(watchdog);
      clearTimeout(killer);
      run.signal?.removeEventListener("abort", onAbort);
    };

    const report = progressReporter(run);
    // Not the event `progress`: listening to it makes the library start an ffprobe of its own, without our guards.
    command.on("stderr", report);
    command.on("start", () => {
      run.signal?.addEventListener("abort", onAbort, { once: true });
      if (run.signal?.aborted) onAbort();
    });
    command.on("end", (_stdout, stderr) => {
      settle();
      run.onProgress?.(1);
      resolve({ stderr: withoutProgress(stderr ?? "") });
    });
    command.on("error", (error, _stdout, stderr) => {
      settle();
      if (stopped === "aborted") return reject(run.signal?.reason);
      if (stopped === "timeout") {
        const message = `ffmpeg was not done after ${timeoutMs / 1000} s`;
        return reject(new MediaError(message, { code: "timeout" }));
      }
      reject(
        failure({ run, error, stderr: withoutProgress(stderr ?? ""), outputPath: input.path }),
      );
    });
    command.run();
  });
}

function failure(input: {
  run: FfmpegRun;
  error: Error;
  stderr: string;
  outputPath: string;
}): Error {
  const tail = input.stderr
    .replaceAll(input.run.input.path, "INPUT")
    .replaceAll(input.outputPath, "OUTPUT")
    .trim()
    .split("\n")
    .slice(-8)
    .join("\n");
  const ended =
    /killed with signal \w+|exited with code \d+/.exec(input.error.message)?.[0] ??
    "could not start";
  const broken =
    BROKEN_INPUT.test(tail) &&
    !OUR_FAULT.test(tail) &&
    !isStartFailure(input.stderr) &&
    ended.startsWith("exited");
  if (broken) {
    return new MediaError(
      `the file can't be read as ${input.run.input.demuxer}; ffmpeg ${ended}:\n${tail}`,
      {
        code: "corrupt",
      },
    );
  }
  return new FfmpegFailed(`ffmpeg ${ended}:\n${tail || input.error.message}`);
}

/** A line of `-progress`, not of ffmpeg's talk. */
const PROGRESS_LINE = /^\w+=\s*\S*$/;

function withoutProgress(stderr: string): string {
  return stderr
    .split("\n")
    .filter((line) => !PROGRESS_LINE.test(line))
    .join("\n");
}

/** Reads `-progress` lines and tells the fraction done. */
export function progressReporter(
  run: Pick<FfmpegRun, "expectedSeconds" | "onProgress">,
): (line: string) => void {
  let done = 0;
  return (line) => {
    const microseconds = Number(/^out_time_us=\s*(\d+)/.exec(line)?.[1]);
    if (!run.expectedSeconds || Number.isNaN(microseconds)) return;
    done = Math.max(done, Math.min(1, microseconds / 1e6 / run.expectedSeconds));
    run.onProgress?.(done);
  };
}
