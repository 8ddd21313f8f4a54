import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { newId } from "./lib.ts";

/** The tenant. Only what must be readable before a workspace is known; the rest is in WorkspaceDetails. */
export const Workspace = defineEntity({
  name: "Workspace",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    status: p.enum(["active", "halted"]).default("active"),
  },
});
export type Workspace = InferEntity<typeof Workspace>;
