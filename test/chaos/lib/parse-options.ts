import { parseArgs } from "node:util";

export interface ChaosOptions {
  posts: number;
  seed: number;
  /** How long all of it may take, starting and settling included. */
  minutes: number;
  /** Processes to be killed; a tenth of the posts when absent, and 30 at least. */
  kills: number;
  /** Publishes without the ledger: the run must then find duplicates. */
  plantedBug: boolean;
  /** Keeps the folder with the logs. */
  keep: boolean;
}

export const usage = `Usage: npm run chaos -- [--posts N] [--seed S] [--minutes M] [--kills K] [--planted-bug] [--keep]`;

/** What was asked for on the command line. Throws with the option at fault. */
export function parseChaosOptions(args: string[]): ChaosOptions {
  const { values } = parseArgs({
    args,
    options: {
      posts: { type: "string", default: "300" },
      seed: { type: "string", default: "1" },
      minutes: { type: "string", default: "5" },
      kills: { type: "string" },
      "planted-bug": { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const posts = wholeNumber("--posts", values.posts);
  return {
    posts,
    seed: wholeNumber("--seed", values.seed),
    minutes: wholeNumber("--minutes", values.minutes),
    kills:
      values.kills === undefined
        ? Math.max(30, Math.ceil(posts / 10))
        : wholeNumber("--kills", values.kills),
    plantedBug: values["planted-bug"],
    keep: values.keep,
  };
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new Error(`${name} takes a whole number.`);
  return Number(value);
}
