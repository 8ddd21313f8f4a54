import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { DigitalSource } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import { confine, isStartFailure } from "./confine.ts";
import type { Probe } from "./contract.ts";
import { withTempFolder } from "./with-temp-folder.ts";

/** What the child says; it never says more than one thing. */
export type ProbeAnswer =
  | { probe: Probe }
  | { refused: { code: string; message: string } }
  /** Not the file's fault. */
  | { failed: string; noRoom: boolean };

const CHILD = fileURLToPath(new URL("./probe-child.ts", import.meta.url));

/** Enough to read 50 megapixels in any allowed format, with the program itself. */
const MEMORY_BYTES = 1024 ** 3;
/** To write them as well takes more: WebP and AVIF keep the whole picture several times over. */
const KEEPING_MEMORY_BYTES = 2 * 1024 ** 3;

/** The disk is full. Carries Node's code for it, so that callers know one way to tell. */
class NoRoom extends Error {
  override name = "NoRoom";
  readonly code = "ENOSPC";
}

/** To look into a file and to write its copy: a minute, and a second more for so many bytes. */
const KEPT_BYTES_PER_SECOND = 5_000_000;

/** How long a file of so many bytes may take with `keep`. Milliseconds. Pure. */
export function keepingTimeoutMs(bytes: number): number {
  return 60_000 + (bytes / KEPT_BYTES_PER_SECOND) * 1_000;
}

/**
 * `probe` in a process of its own, so that a hostile file meets a decoder only where there is nothing to take: no
 * secrets in its environment, no network, memory and time limited, as far as the system allows. About 0.2 s.
 *
 * Throws what `probe` throws; besides, MediaError `timeout` after `timeoutMs`, MediaError `corrupt` when the file
 * brings the process down, and the signal's reason when aborted. Nothing is running any more when it returns.
 *
 * With `keep` it also writes the copy that is kept of a file, stripped of all but what is to be seen and heard (see
 * `keepCopy`), and gives the facts of that copy. What a killed child leaves lies beside `keep.path`: give it a folder that goes with it.
 * Throws an Error with code `ENOSPC` when there is no room for it.
 */
export async function probeInChild(input: {
  path: string;
  ffprobePath: string;
  /** Absolute path of the copy to keep, the ffmpeg that makes it, and what the copy is marked as, whatever the file says. */
  keep?: { path: string; ffmpegPath: string; digitalSource?: DigitalSource | undefined };
  /** Default 20 s, with `keep` 60 s. */
  timeoutMs?: number;
  /** Default 1 GiB, with `keep` 2 GiB. */
  memoryBytes?: number;
  signal?: AbortSignal;
}): Promise<Probe> {
  input.signal?.throwIfAborted();
  const { keep } = input;
  const timeoutMs = input.timeoutMs ?? (keep ? 60_000 : 20_000);
  const node = [
    ...[process.execPath, "--max-old-space-size=256", CHILD, input.path, input.ffprobePath],
    ...(keep
      ? [keep.path, keep.ffmpegPath, ...(keep.digitalSource ? [keep.digitalSource] : [])]
      : []),
  ];
  return withTempFolder(async (cwd) => {
    // Its own temporary files go in there too: what a killed child leaves is removed with the folder.
    const { file, args } = await confine(["env", `TMPDIR=${cwd}`, ...node], {
      memoryBytes: input.memoryBytes ?? (keep ? KEEPING_MEMORY_BYTES : MEMORY_BYTES),
      cpuSeconds: Math.ceil(timeoutMs / 1000) + 1,
    });
    // A process group of its own, so that killing it also ends the ffprobe that it may have started.
    const child = spawn(file, args, {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    let timedOut = false;
    const kill = () => killGroup(child.pid);
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, timeoutMs);
    input.signal?.addEventListener("abort", kill, { once: true });
    if (input.signal?.aborted) kill();
    try {
      const [answer, problem, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number | string | null>((resolve, reject) => {
          child.once("error", reject);
          child.once("close", (exitCode, signal) => resolve(exitCode ?? signal));
        }),
      ]);
      input.signal?.throwIfAborted();
      if (timedOut) {
        throw new MediaError(`looking into the file took longer than ${timeoutMs / 1000} s`, {
          code: "timeout",
        });
      }
      return readAnswer({ answer, problem, code });
    } finally {
      clearTimeout(timer);
      input.signal?.removeEventListener("abort", kill);
      // Also where the child went down and left its own child.
      kill();
    }
  });
}

function readAnswer(input: {
  answer: string;
  problem: string;
  code: number | string | null;
}): Probe {
  if (!input.answer.endsWith("\n")) {
    // The program is not there or can't start at all: the file was not even opened.
    if (
      isStartFailure(input.problem) ||
      /ERR_MODULE_NOT_FOUND|ERR_DLOPEN_FAILED/.test(input.problem)
    ) {
      throw new Error(`the probe could not start: ${input.problem.trim().slice(-500)}`);
    }
    throw new MediaError(`the file can't be read: looking into it ended with ${input.code}`, {
      code: "corrupt",
    });
  }
  const answer = JSON.parse(input.answer) as ProbeAnswer;
  if ("probe" in answer) return answer.probe;
  if ("refused" in answer)
    throw new MediaError(answer.refused.message, { code: answer.refused.code });
  if (answer.noRoom) throw new NoRoom(`there is no room on the disk: ${answer.failed}`);
  throw new Error(`the probe failed: ${answer.failed}`);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // Already gone.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
