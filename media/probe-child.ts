/**
 * The process behind `probeInChild`: looks into one file, named by its arguments, writes one line of JSON, and ends.
 * Run by `node media/probe-child.ts PATH FFPROBE`.
 */
import { MediaError } from "#domain/errors.ts";
import { blockOtherImageLoaders } from "./image/open-image.ts";
import type { ProbeAnswer } from "./probe-in-child.ts";
import { probe } from "./probe.ts";

const [path, ffprobePath] = process.argv.slice(2);
if (path === undefined || ffprobePath === undefined)
  throw new Error("usage: probe-child.ts PATH FFPROBE");

blockOtherImageLoaders();
let answer: ProbeAnswer;
try {
  answer = { probe: await probe({ path, ffprobePath, confined: true }) };
} catch (error) {
  answer =
    error instanceof MediaError
      ? { refused: { code: error.code, message: error.message } }
      : { failed: error instanceof Error ? error.message : String(error) };
}
process.stdout.write(`${JSON.stringify(answer)}\n`);
