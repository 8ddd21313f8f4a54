import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { MediaError } from "#domain/errors.ts";
import { confine, isStartFailure } from "./confine.ts";
import { guardedInput } from "./ffmpeg-input.ts";
import type { Demuxer } from "./file-types.ts";
import { withTempFolder } from "./with-temp-folder.ts";

const LIMITS = { memoryBytes: 1024 ** 3, cpuSeconds: 60 };

/** Answers are kilobytes, a list of every packet of half an hour a megabyte or two. */
const MAX_ANSWER = 32 * 1024 * 1024;

/**
 * Asks ffprobe about one file that may be hostile, and gives what it wrote. Throws MediaError `corrupt` when it can't
 * read the file, `unsupported_type` when a track is of a kind that is not taken, and the signal's reason when aborted.
 */
export async function runFfprobe(input: {
  ffprobePath: string;
  path: string;
  demuxer: Demuxer;
  /** What to show, and how. */
  options: string[];
  /** Set by a process that is confined itself. */
  confined?: boolean | undefined;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  input.signal?.throwIfAborted();
  const { file, args } = await confine(
    [
      input.ffprobePath,
      "-v",
      "error",
      ...guardedInput(input.demuxer),
      ...input.options,
      "-i",
      input.path,
    ],
    input.confined === true ? "inherited" : LIMITS,
  );
  return withTempFolder(async (cwd) => {
    const child = spawn(file, args, { cwd, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const kill = () => child.kill("SIGKILL");
    input.signal?.addEventListener("abort", kill, { once: true });
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER) kill();
    });
    try {
      const [answer, problem, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number | null>((resolve, reject) => {
          child.once("error", reject);
          child.once("close", resolve);
        }),
      ]);
      input.signal?.throwIfAborted();
      if (isStartFailure(problem))
        throw new Error(`ffprobe could not start: ${problem.trim().slice(-300)}`);
      const barred = /Codec \((\w+)\) not on whitelist/.exec(problem)?.[1];
      if (barred !== undefined) {
        throw new MediaError(
          `the file has a track as ${barred}, which is not taken; export it with H.264 and AAC`,
          {
            code: "unsupported_type",
          },
        );
      }
      if (code !== 0) {
        const said = problem
          .replaceAll(input.path, "the file")
          .trim()
          .split("\n")
          .slice(-3)
          .join("; ")
          .slice(0, 300);
        throw new MediaError(
          `the file can't be read as ${input.demuxer}: ${said || "ffprobe gave up"}`,
          {
            code: "corrupt",
          },
        );
      }
      return answer;
    } finally {
      input.signal?.removeEventListener("abort", kill);
    }
  });
}
