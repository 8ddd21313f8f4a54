import { writeFile } from "node:fs/promises";
import type { Box } from "../fit-box.ts";
import { drawWaveform } from "../image/draw-waveform.ts";
import { writeAtomically } from "../write-atomically.ts";
import { readPeaks } from "./read-peaks.ts";

/** A waveform as plain data, for whoever draws it, and what it looks like drawn. */
export interface Waveform extends Box {
  contentType: "image/png";
  bytes: number;
  /** The loudest moment of each of equal parts, 0…1. */
  peaks: number[];
}

/** Makes the waveform of a sound, or of a video that has one: a PNG, and its peaks. Throws as `runFfmpeg` does. */
export async function makeWaveform(
  input: Omit<Parameters<typeof readPeaks>[0], "count"> & {
    outputPath: string;
    /** Default 200. */
    count?: number;
    /** Default 1200 by 240. */
    size?: Box;
  },
): Promise<Waveform> {
  const { outputPath, count = 200, size = { width: 1200, height: 240 } } = input;
  const peaks = await readPeaks({ ...input, count });
  const data = await drawWaveform({ peaks, size });
  await writeAtomically(outputPath, (path) => writeFile(path, data));
  return { contentType: "image/png", bytes: data.length, ...size, peaks };
}
