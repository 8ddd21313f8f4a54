import { createHash } from "node:crypto";

export interface SeededRandom {
  /** 0 ≤ n < 1. */
  next(): number;
  /** Both ends included. */
  integer(min: number, max: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** The same seed gives the same numbers on every machine: SHA-256 over seed and counter, read four bytes at a time. */
export function seededRandom(seed: string): SeededRandom {
  let counter = 0;
  let block = Buffer.alloc(0);
  const next = (): number => {
    if (block.length < 4) {
      block = createHash("sha256").update(`${counter}:${seed}`).digest();
      counter += 1;
    }
    const number = block.readUInt32BE(0) / 2 ** 32;
    block = block.subarray(4);
    return number;
  };
  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
