import { MediaError } from "#domain/errors.ts";
import { isStartFailure } from "./confine.ts";

/** ffmpeg ended badly, and not clearly because of the file: no room, no memory, a wrong option. */
export class FfmpegFailed extends Error {
  override name = "FfmpegFailed";
}

/** What ffmpeg says when the fault is in what it was given to read. */
const BROKEN_INPUT =
  /Invalid data found|could not find codec parameters|not on whitelist|matches no streams|does not contain any stream|Output file is empty|Nothing was (written|encoded)|Error while decoding/i;
/** What it says when the fault is this machine's. */
export const OUR_FAULT =
  /No space left|Cannot allocate memory|Permission denied|Input\/output error|Read-only file system/i;

/** What a bad end of ffmpeg means, with the end of its own words and without our paths. Pure. */
export function ffmpegFailure(input: {
  error: Error;
  /** Without the lines of progress. */
  stderr: string;
  inputs: { path: string; demuxer: string }[];
  outputPaths: string[];
}): Error {
  const { inputs } = input;
  let said = input.stderr;
  for (const { path } of inputs) said = said.replaceAll(path, "INPUT");
  for (const path of input.outputPaths) said = said.replaceAll(path, "OUTPUT");
  const tail = said.trim().split("\n").slice(-8).join("\n");
  const ended =
    /killed with signal \w+|exited with code \d+/.exec(input.error.message)?.[0] ??
    "could not start";
  const broken =
    BROKEN_INPUT.test(tail) &&
    !OUR_FAULT.test(tail) &&
    !isStartFailure(input.stderr) &&
    ended.startsWith("exited");
  if (!broken) return new FfmpegFailed(`ffmpeg ${ended}:\n${tail || input.error.message}`);
  const what =
    inputs.length === 1
      ? `the file can't be read as ${inputs[0]?.demuxer}`
      : "one of the files can't be read";
  return new MediaError(`${what}; ffmpeg ${ended}:\n${tail}`, { code: "corrupt" });
}
