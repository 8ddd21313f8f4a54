import { createHash } from "node:crypto";
import { z } from "zod";

export const faultOns = ["publish", "remove", "upload", "token", "read"] as const;
export type FaultOn = (typeof faultOns)[number];

export const faultKinds = [
  "429",
  "500",
  "accept500",
  "drop",
  "hang",
  "revoke",
  "reject",
  "slow",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const Fault = z.strictObject({
  on: z.enum(faultOns),
  kind: z.enum(faultKinds),
  probability: z.number().min(0).max(1).default(1),
  /** Name of the user it is meant for; everybody when absent. */
  account: z.string().max(64).optional(),
  /** Seconds: `Retry-After` of `429`, and how late `slow` answers. */
  retryAfter: z.number().min(0).max(86_400).optional(),
});
export type Fault = z.infer<typeof Fault>;

export const FaultSettings = z.strictObject({
  faults: z.array(Fault).max(100),
  seed: z.union([z.number(), z.string().max(200)]).default(1),
});
export type FaultSettings = z.infer<typeof FaultSettings>;

/** How often each fault was drawn so far, by its place in the list. */
export type Draws = number[];

/**
 * Draws for one request: each fault meant for it in the order of the list, until one fires. Every fault has its own
 * sequence of draws from the seed, so what one fault does never shifts another. Pure; gives back the new counts.
 */
export function drawFault(input: {
  settings: FaultSettings;
  draws: Draws;
  on: FaultOn;
  account: string | undefined;
}): { fired?: { fault: Fault; index: number; draw: number }; draws: Draws } {
  const draws = [...input.draws];
  for (const [index, fault] of input.settings.faults.entries()) {
    if (fault.on !== input.on) continue;
    if (fault.account !== undefined && fault.account !== input.account) continue;
    const draw = draws[index] ?? 0;
    draws[index] = draw + 1;
    if (chance({ seed: input.settings.seed, index, draw }) < fault.probability)
      return { fired: { fault, index, draw }, draws };
  }
  return { draws };
}

/** A number in [0, 1) that only depends on the seed, the fault's place and the number of the draw. */
function chance(input: { seed: number | string; index: number; draw: number }): number {
  const hash = createHash("sha256")
    .update(JSON.stringify([input.seed, input.index, input.draw]))
    .digest();
  return hash.readUIntBE(0, 6) / 2 ** 48;
}
