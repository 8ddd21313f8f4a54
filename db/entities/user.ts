import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { instant, newId } from "./lib.ts";

export const User = defineEntity({
  name: "User",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    /** Lower case. */
    email: p.string().length(320).unique(),
    name: p.string().length(200),
    passwordHash: p.text().hidden(),
    /** May use the System pages and the codec endpoint of this installation. */
    operator: p.boolean().default(false),
    /** Made by the demo's seed: counts neither as a registration nor as the first person. */
    seeded: p.boolean().default(false),
    createdAt: instant().onCreate(() => new Date()),
    lastLoginAt: instant().nullable(),
  },
});
export type User = InferEntity<typeof User>;
