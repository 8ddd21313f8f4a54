import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant } from "./lib.ts";

/** Tries of one kind by one caller in the current window. */
export const Throttle = defineEntity({
  name: "Throttle",
  properties: {
    /** SHA-256 of what is counted: an account or an address, with the kind of try. */
    key: p.string().length(64).primary(),
    points: p.integer(),
    resetAt: instant(),
  },
});
export type Throttle = InferEntity<typeof Throttle>;
