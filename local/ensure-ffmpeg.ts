import { access, constants, readFile } from "node:fs/promises";
import path from "node:path";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { aptInstall, distribution, isDebian } from "./apt-install.ts";
import { findOnPath } from "./ensure-temporal.ts";

export interface Ffmpeg {
  ffmpegPath: string;
  ffprobePath: string;
}

/**
 * ffmpeg with ffprobe: where `FFMPEG_PATH` says, else on PATH, else Debian's package when we are root.
 * Throws `SetupError` that names this system's command to install it.
 */
export async function ensureFfmpeg(options: {
  env?: NodeJS.ProcessEnv;
  report?: (detail: string) => void;
}): Promise<Ffmpeg> {
  const { env = process.env, report } = options;
  if (env["FFMPEG_PATH"]) return named(env["FFMPEG_PATH"], env);

  const found = await onPath(env);
  if (found) return found;
  const tried = ["FFMPEG_PATH: not set", "ffmpeg and ffprobe on PATH: not there"];
  const osRelease = await readFile("/etc/os-release", "utf8").catch(() => "");
  const system = { platform: process.platform, osRelease, root: process.getuid?.() === 0 };

  if (system.root && isDebian(osRelease)) {
    report?.("installing Debian's package");
    const problem = await aptInstall({ name: "ffmpeg", env, ...(report ? { report } : {}) });
    const installed = problem === undefined ? await onPath(env) : undefined;
    if (installed) return installed;
    tried.push(`apt-get install ffmpeg: ${problem ?? "it brought no ffmpeg"}`);
  }
  throw new SetupError({
    problem: "ffmpeg is missing: Drumbeat prepares images and videos with it.",
    tried,
    todo: `Install it (${ffmpegInstallCommand(system)}) or set FFMPEG_PATH to its executable, then start again.`,
  });
}

/** The command that installs ffmpeg on this system. `osRelease` is the text of /etc/os-release, empty where there is none. */
export function ffmpegInstallCommand(system: {
  platform: string;
  osRelease: string;
  root: boolean;
}): string {
  if (system.platform === "darwin") return "brew install ffmpeg";
  const sudo = system.root ? "" : "sudo ";
  const ids = distribution(system.osRelease);
  if (isDebian(system.osRelease)) return `${sudo}apt-get install ffmpeg`;
  if (ids.includes("fedora")) return `${sudo}dnf install ffmpeg-free`;
  if (ids.includes("rhel")) return `${sudo}dnf install ffmpeg, from RPM Fusion`;
  if (ids.includes("alpine")) return `${sudo}apk add ffmpeg`;
  if (ids.includes("arch")) return `${sudo}pacman -S ffmpeg`;
  if (ids.some((id) => id.includes("suse"))) return `${sudo}zypper install ffmpeg`;
  return "from your system's packages, or https://ffmpeg.org/download.html";
}

async function named(ffmpegPath: string, env: NodeJS.ProcessEnv): Promise<Ffmpeg> {
  const beside = path.join(path.dirname(ffmpegPath), "ffprobe");
  const candidates = env["FFPROBE_PATH"]
    ? [env["FFPROBE_PATH"]]
    : [beside, await findOnPath("ffprobe", env)].filter((file) => file !== undefined);
  if (!(await isExecutable(ffmpegPath))) {
    throw new SetupError({
      problem: `FFMPEG_PATH is ${ffmpegPath}, which cannot be executed.`,
      todo: "Set it to the executable of ffmpeg, or unset it to have ffmpeg looked for on PATH.",
    });
  }
  for (const ffprobePath of candidates) {
    if (await isExecutable(ffprobePath)) return { ffmpegPath, ffprobePath };
  }
  throw new SetupError({
    problem: `FFMPEG_PATH is ${ffmpegPath}, but ffprobe, which comes with it, was not found.`,
    tried: candidates,
    todo: "Set FFPROBE_PATH to its executable.",
  });
}

async function onPath(env: NodeJS.ProcessEnv): Promise<Ffmpeg | undefined> {
  const ffmpegPath = await findOnPath("ffmpeg", env);
  const ffprobePath = env["FFPROBE_PATH"] || (await findOnPath("ffprobe", env));
  return ffmpegPath !== undefined && ffprobePath !== undefined
    ? { ffmpegPath, ffprobePath }
    : undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
