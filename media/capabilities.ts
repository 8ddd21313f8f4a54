import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { FfmpegPaths } from "./contract.ts";

const run = promisify(execFile);

const NEEDED = {
  encoders: ["libx264", "aac", "mjpeg"],
  decoders: ["h264", "hevc", "vp9", "aac", "gif"],
  filters: [
    "scale fps pad setsar format settb thumbnail split null overlay loop trim concat xfade zoompan tile",
    "hqdn3d deshake unsharp normalize eq colorchannelmixer",
    "loudnorm aresample aformat asplit anull atrim asetpts apad aloop afade volume amix",
    "sidechaincompress showwaves",
  ].flatMap((names) => names.split(" ")),
} as const;

/** The names in the lists that `ffmpeg -encoders`, `-decoders` and `-filters` print: the second word of a line. Pure. */
export function readNames(list: string): Set<string> {
  const names = list.split("\n").map((line) => /^ [A-Z.|]{2,6} +(\S+) /.exec(line)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

async function ask(path: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(path, ["-hide_banner", "-loglevel", "error", ...args], {
    timeout: 20_000,
    maxBuffer: 8 * 1024 * 1024,
  });
  return stdout;
}

async function versionOf(path: string, name: string): Promise<string> {
  let answer: string;
  try {
    answer = await ask(path, "-version");
  } catch (error) {
    throw new Error(
      `${name} can't be run at ${path}: install ffmpeg (it brings ffprobe), or set ${name.toUpperCase()}_PATH to where it is`,
      { cause: error },
    );
  }
  return new RegExp(`^${name} version (\\S+)`, "m").exec(answer)?.[1] ?? "unknown";
}

/**
 * Checks once at start that ffmpeg and ffprobe are there and can do all that the recipes ask. Throws an Error that
 * says what is missing and what to do.
 */
export async function checkFfmpeg(
  paths: FfmpegPaths,
): Promise<{ ffmpegVersion: string; ffprobeVersion: string; toneMapping: boolean }> {
  const [ffmpegVersion, ffprobeVersion] = await Promise.all([
    versionOf(paths.ffmpegPath, "ffmpeg"),
    versionOf(paths.ffprobePath, "ffprobe"),
  ]);
  const missing: string[] = [];
  for (const [kind, names] of Object.entries(NEEDED)) {
    const there = readNames(await ask(paths.ffmpegPath, `-${kind}`));
    const absent = names.filter((name) => !there.has(name));
    if (absent.length > 0) missing.push(`${kind} ${absent.join(", ")}`);
  }
  if (missing.length > 0) {
    throw new Error(
      `ffmpeg ${ffmpegVersion} at ${paths.ffmpegPath} is built without ${missing.join("; ")}: ` +
        "use a full build (Debian's package ffmpeg is one), or set FFMPEG_PATH to one",
    );
  }
  return { ffmpegVersion, ffprobeVersion, toneMapping: await canToneMap(paths.ffmpegPath) };
}

const filters = new Map<string, Promise<Set<string>>>();

/** Whether this ffmpeg has all of these filters, which not every build has; asked once per process. */
export async function hasFilters(ffmpegPath: string, ...names: string[]): Promise<boolean> {
  let answer = filters.get(ffmpegPath);
  if (!answer) {
    answer = ask(ffmpegPath, "-filters").then(readNames);
    filters.set(ffmpegPath, answer);
    // A failure is not an answer: ask again next time.
    answer.catch(() => filters.delete(ffmpegPath));
  }
  const there = await answer;
  return names.every((name) => there.has(name));
}

/** Whether this ffmpeg can bring HDR colours to ordinary screens. */
export function canToneMap(ffmpegPath: string): Promise<boolean> {
  return hasFilters(ffmpegPath, "zscale", "tonemap");
}
