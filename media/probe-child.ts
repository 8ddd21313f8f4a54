/**
 * The process behind `probeInChild`: looks into one file, named by its arguments, writes one line of JSON, and ends.
 * With KEEP_TO it also writes there the copy that is kept, and the line tells of that copy.
 * With DIGITAL_SOURCE the copy is marked as that.
 * Run by `node media/probe-child.ts PATH FFPROBE [KEEP_TO FFMPEG [DIGITAL_SOURCE]]`.
 */
import { digitalSources } from "#domain/digital-source.ts";
import { MediaError } from "#domain/errors.ts";
import type { Probe } from "./contract.ts";
import { blockOtherImageLoaders } from "./image/open-image.ts";
import { keepCopy } from "./keep-copy.ts";
import type { ProbeAnswer } from "./probe-in-child.ts";
import { probe } from "./probe.ts";

const [path, ffprobePath, keepTo, ffmpegPath, mark] = process.argv.slice(2);
if (path === undefined || ffprobePath === undefined)
  throw new Error("usage: probe-child.ts PATH FFPROBE [KEEP_TO FFMPEG [DIGITAL_SOURCE]]");

blockOtherImageLoaders();
let answer: ProbeAnswer;
try {
  answer = { probe: await look({ path, ffprobePath, keepTo, ffmpegPath, mark }) };
} catch (error) {
  answer =
    error instanceof MediaError
      ? { refused: { code: error.code, message: error.message } }
      : { failed: error instanceof Error ? error.message : String(error), noRoom: isNoRoom(error) };
}
process.stdout.write(`${JSON.stringify(answer)}\n`);

async function look(input: {
  path: string;
  ffprobePath: string;
  keepTo: string | undefined;
  ffmpegPath: string | undefined;
  mark: string | undefined;
}): Promise<Probe> {
  const found = await probe({ path: input.path, ffprobePath: input.ffprobePath, confined: true });
  if (input.keepTo === undefined || input.ffmpegPath === undefined) return found;
  await keepCopy({
    inputPath: input.path,
    outputPath: input.keepTo,
    probe: found,
    digitalSource: digitalSources.find((one) => one === input.mark),
    ffmpegPath: input.ffmpegPath,
  });
  return probe({ path: input.keepTo, ffprobePath: input.ffprobePath, confined: true });
}

/** Node has a code for it; libvips and ffmpeg have words. */
function isNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "ENOSPC") || /no space left/i.test(error.message);
}
