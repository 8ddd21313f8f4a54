import type { RequestProblem } from "./check-generation.ts";

/** All that a model works from is held in memory at once, for as long as it is sent. */
const maximumInputBytes = 200 * 1024 * 1024;

/** Whether what is to be worked from is more in all than is sent to a model: each input counts, also of the same file. Pure. */
export function checkInputBytes(inputs: readonly { bytes: number }[]): RequestProblem[] {
  const sum = inputs.reduce((total, { bytes }) => total + bytes, 0);
  if (sum <= maximumInputBytes) return [];
  const detail = `The inputs have ${inMegabytes(sum)} MB in all; at most ${inMegabytes(maximumInputBytes)} MB are sent to a model. Give fewer or smaller ones.`;
  return [{ pointer: "/inputs", detail }];
}

/** Rounded up: what is too much never looks as if it fitted. */
function inMegabytes(bytes: number): number {
  return Math.ceil((bytes / 1024 / 1024) * 10) / 10;
}
