import ffmpeg from "fluent-ffmpeg";
import type { FfmpegCommand } from "fluent-ffmpeg";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MediaError } from "#domain/errors.ts";
import { confine } from "./confine.ts";
import { ffmpegFailure } from "./ffmpeg-failure.ts";
import { guardedInput } from "./ffmpeg-input.ts";
import { progressReporter, withoutProgress } from "./ffmpeg-progress.ts";
import type { Demuxer } from "./file-types.ts";
import { withTempFolder } from "./with-temp-folder.ts";
import { writeAllAtomically } from "./write-atomically.ts";

export interface FfmpegInput {
  /** Absolute. */
  path: string;
  demuxer: Demuxer;
  /** Before `-i`. */
  options?: string[];
}

export interface FfmpegOutput {
  /** Absolute; afterwards holds the whole output, or is as it was before. Left out: nothing is written, only measured. */
  path?: string;
  /** Everything before the output's path. */
  options: string[];
}

export interface FfmpegRun {
  /** Absolute. */
  ffmpegPath: string;
  inputs: FfmpegInput[];
  /** For `-filter_complex`. What people wrote never goes in here: it goes into `files`. */
  filter?: string | undefined;
  /** All or none of them is written; the paths lie in one folder. */
  outputs: FfmpegOutput[];
  /** What lies in the run's folder, where filters find it by its name alone: name to content. */
  files?: Record<string, string | Uint8Array> | undefined;
  /** Names of what filters write into the run's folder; their contents are given back. */
  reads?: string[] | undefined;
  /** Length of what will be written, the measure of progress. */
  expectedSeconds?: number | undefined;
  /** Hears how far it is, 0…1, never less than before, a few times a second; a call is also a sign of life. */
  onProgress?: ((fraction: number) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** How long it may take in all; default an hour. */
  timeoutMs?: number | undefined;
  /** How long it may take to end when told to; default 3 s. */
  graceMs?: number | undefined;
  /** Of each decoder, filter graph and encoder; default 2. */
  threads?: number | undefined;
  /** Of the filter graph; fewer where it has many branches, each of which has threads of its own. Default `threads`. */
  filterThreads?: number | undefined;
}

const MEMORY_BYTES = 3 * 1024 ** 3;

/**
 * Runs ffmpeg once; the only place that does. Whatever happens, no half output stays and no process.
 *
 * Throws MediaError `corrupt` when an input can't be read, MediaError `timeout`, FfmpegFailed for any other bad end
 * (both with the end of ffmpeg's own words), and the signal's reason when aborted.
 * Gives what ffmpeg wrote to stderr, at most its last 400 lines, and what was to be read, in that order.
 */
export async function runFfmpeg(run: FfmpegRun): Promise<{ stderr: string; read: Uint8Array[] }> {
  run.signal?.throwIfAborted();
  const paths = run.outputs.flatMap(({ path }) => path ?? []);
  if (paths.length === 0) return withTempFolder((cwd) => runOnce({ run, cwd, tempPaths: [] }));
  return writeAllAtomically(paths, (tempPaths, cwd) => runOnce({ run, cwd, tempPaths }));
}

async function runOnce(input: {
  run: FfmpegRun;
  /** An empty folder, so that a relative name in a file leads nowhere. */
  cwd: string;
  /** Of those outputs that have a path, in their order. */
  tempPaths: string[];
}): Promise<{ stderr: string; read: Uint8Array[] }> {
  const { run, cwd, tempPaths } = input;
  const timeoutMs = run.timeoutMs ?? 60 * 60 * 1000;
  const { file, args: confinement } = await confine([run.ffmpegPath], {
    memoryBytes: MEMORY_BYTES,
    cpuSeconds: Math.ceil((timeoutMs / 1000) * (run.threads ?? 2)) + 1,
  });
  for (const [name, content] of Object.entries(run.files ?? {}))
    await writeFile(join(cwd, name), content);
  run.signal?.throwIfAborted();
  const command = commandOf({ run, cwd, tempPaths, file, confinement });

  const stderr = await new Promise<string>((resolve, reject) => {
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

    // Not the event `progress`: listening to it makes the library start an ffprobe of its own, without our guards.
    command.on("stderr", progressReporter(run));
    command.on("start", () => {
      run.signal?.addEventListener("abort", onAbort, { once: true });
      if (run.signal?.aborted) onAbort();
    });
    command.on("end", (_stdout, said) => {
      settle();
      run.onProgress?.(1);
      resolve(withoutProgress(said ?? ""));
    });
    command.on("error", (error, _stdout, said) => {
      settle();
      if (stopped === "aborted") return reject(run.signal?.reason);
      if (stopped === "timeout") {
        const message = `ffmpeg was not done after ${timeoutMs / 1000} s`;
        return reject(new MediaError(message, { code: "timeout" }));
      }
      const words = withoutProgress(said ?? "");
      reject(ffmpegFailure({ error, stderr: words, inputs: run.inputs, outputPaths: tempPaths }));
    });
    command.run();
  });
  for (const path of tempPaths) await requireWritten(path);
  const read = (run.reads ?? []).map((name) => readFile(join(cwd, name)));
  return { stderr, read: await Promise.all(read) };
}

/** Where nothing reaches an output, ffmpeg is content, and image files are not even begun. */
async function requireWritten(path: string): Promise<void> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (there && there.size > 0) return;
  throw new MediaError("the file holds nothing that could be read there", { code: "corrupt" });
}

function commandOf(input: {
  run: FfmpegRun;
  cwd: string;
  tempPaths: string[];
  file: string;
  confinement: string[];
}): FfmpegCommand {
  const { run, file, confinement } = input;
  const command = ffmpeg({ cwd: input.cwd, stdoutLines: 400 });
  const ownArguments = command._getArguments;
  Object.assign(command, {
    // Both ask ffmpeg for lists that they then misread (of formats and filters), on each run.
    _checkCapabilities: (done: () => void) => done(),
    availableEncoders: (done: (error: null, encoders: object) => void) => done(null, {}),
    // The public setter is a variable of the whole process.
    _getFfmpegPath: (done: (error: null, path: string) => void) => done(null, file),
    _getArguments: () => [...confinement, ...ownArguments.call(command)],
  });
  const threads = `${run.threads ?? 2}`;
  const talk = [
    ["-hide_banner", "-nostdin", "-loglevel", "info", "-nostats"],
    ["-stats_period", "0.5", "-progress", "pipe:2"],
    ["-filter_complex_threads", `${run.filterThreads ?? threads}`],
  ].flat();
  // Given one by one, options are taken as they are; in an array, one with a space would be cut in two.
  for (const [index, { path, demuxer, options = [] }] of run.inputs.entries()) {
    // A still is decoded once; threads would only take memory.
    const decoding = demuxer === "png_pipe" ? "1" : threads;
    command
      .input(path)
      .inputOptions(
        ...(index === 0 ? talk : []),
        ...["-threads", decoding, "-filter_threads", threads],
        ...guardedInput(demuxer),
        ...options,
      );
  }
  if (run.filter !== undefined) command.complexFilter(run.filter);
  const tempPaths = input.tempPaths.values();
  for (const { path, options } of run.outputs) {
    const measured = path === undefined;
    command
      .output(measured ? "-" : (tempPaths.next().value ?? "-"))
      .outputOptions(...options, "-threads", threads, ...(measured ? ["-f", "null"] : []));
  }
  return command;
}
