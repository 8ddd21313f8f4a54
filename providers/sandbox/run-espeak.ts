import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { text as readText } from "node:stream/consumers";
import { promisify } from "node:util";
import { confine } from "#media/confine.ts";

const LIMITS = { memoryBytes: 512 * 1024 ** 2, cpuSeconds: 120 };

let found: Promise<boolean> | undefined;

/** Whether espeak-ng is on PATH; asked once per process. */
export function espeakExists(): Promise<boolean> {
  found ??= promisify(execFile)("espeak-ng", ["--version"], { timeout: 5000 }).then(
    () => true,
    // Not there, or not for us to run: tones stand in.
    () => false,
  );
  return found;
}

/** espeak-ng's options for reading a text from its standard input. Pure. */
export function espeakOptions(input: {
  language: string;
  /** 0…99. */
  pitch: number;
  /** Absolute. */
  outputPath: string;
}): string[] {
  const { language, pitch, outputPath } = input;
  // 1 is UTF-8.
  return ["-v", language, "-p", `${pitch}`, "-b", "1", "-w", outputPath, "--stdin"];
}

/** A text as espeak-ng is to read it: it takes what stands in double brackets for phonemes. Pure. */
export function espeakText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\n\P{Cc}]/gu, " ")
    .replace(/\[(?=\[)/gu, "[ ");
}

/**
 * Speaks a text into a WAV file, confined as ffmpeg is; false where it found nothing to say and wrote none. Throws an Error with espeak-ng's own words when it fails, and
 * the signal's reason when aborted; then it is not running any more.
 */
export async function runEspeak(input: {
  text: string;
  language: string;
  pitch: number;
  /** Absolute. */
  outputPath: string;
  /** An empty folder to run in. */
  folder: string;
  signal?: AbortSignal | undefined;
}): Promise<boolean> {
  const { signal } = input;
  signal?.throwIfAborted();
  const { file, args } = await confine(["espeak-ng", ...espeakOptions(input)], LIMITS);
  const child = spawn(file, args, {
    cwd: input.folder,
    stdio: ["pipe", "ignore", "pipe"],
    windowsHide: true,
  });
  const kill = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", kill, { once: true });
  // It may end before it has read all; how it ended says more than the broken pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.end(espeakText(input.text));
  try {
    const [said, code] = await Promise.all([
      readText(child.stderr),
      new Promise<number | string | null>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exit, killedBy) => resolve(exit ?? killedBy));
      }),
    ]);
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`espeak-ng ended with ${code}: ${said.trim().slice(-300)}`);
    return existsSync(input.outputPath);
  } finally {
    signal?.removeEventListener("abort", kill);
  }
}
