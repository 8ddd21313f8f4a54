import { expect, it } from "vitest";
import { progressReporter, withoutProgress } from "./ffmpeg-progress.ts";

it("progressReporter goes from 0 to 1, never back, and hears only what is progress", () => {
  const heard: number[] = [];
  const report = progressReporter({
    expectedSeconds: 10,
    onProgress: (fraction) => heard.push(fraction),
  });
  for (const line of [
    "frame=1",
    "out_time_us=N/A",
    "out_time_us=2500000",
    "out_time_us=1000000",
    "out_time_us=99000000",
  ]) {
    report(line);
  }
  expect(heard).toEqual([0.25, 0.25, 1]);
});

it("withoutProgress keeps what ffmpeg says to people", () => {
  expect(withoutProgress("a: b = c\nframe=12\nout_time_us=N/A\nspeed= 3x\nend")).toBe(
    "a: b = c\nend",
  );
});
