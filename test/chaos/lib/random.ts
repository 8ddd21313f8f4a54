import { createHash } from "node:crypto";

/** Draws that depend on the seed and on nothing else. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  /** In [from, to). */
  between(from: number, to: number): number;
  pick<T>(values: readonly T[]): T;
  /** A sequence of its own: what is drawn from it shifts nothing here. */
  fork(name: string): Random;
}

/** A sequence of draws from a seed. */
export function createRandom(seed: string): Random {
  let count = 0;
  const next = () => {
    count += 1;
    return createHash("sha256").update(`${seed}/${count}`).digest().readUIntBE(0, 6) / 2 ** 48;
  };
  const random: Random = {
    next,
    chance: (probability) => next() < probability,
    between: (from, to) => from + next() * (to - from),
    pick<T>(values: readonly T[]): T {
      const picked = values[Math.floor(next() * values.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
  return random;
}
