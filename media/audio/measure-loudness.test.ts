import { describe, expect, it } from "vitest";
import { loudnessFilter, readLoudness } from "./measure-loudness.ts";

describe("readLoudness", () => {
  it("reads the filter's block and takes minus infinity for silence", () => {
    const block = (i: string) =>
      `[Parsed_loudnorm_0 @ 0x1] \n{\n\t"input_i" : "${i}",\n\t"input_tp" : "-6.0",\n\t"input_lra" : "1.0",\n` +
      `\t"input_thresh" : "-31.0",\n\t"normalization_type" : "dynamic",\n\t"target_offset" : "0.1"\n}\nvideo:0kB`;
    expect(readLoudness(block("-20.5"))).toEqual({
      input_i: -20.5,
      input_tp: -6,
      input_lra: 1,
      input_thresh: -31,
      target_offset: 0.1,
    });
    expect(readLoudness(block("-inf"))).toBeUndefined();
    expect(readLoudness(block("-65.2"))).toBeUndefined();
    expect(readLoudness("nothing of the kind")).toBeUndefined();
  });
});

it("loudnessFilter stays in what the filter takes, however broken the sound", () => {
  const loud = {
    input_i: 29.95,
    input_tp: 944.58,
    input_lra: -1,
    input_thresh: 12,
    target_offset: -430,
  };
  expect(loudnessFilter(loud)).toContain(
    "measured_I=0:measured_TP=99:measured_LRA=0:measured_thresh=0:offset=-99",
  );
});
