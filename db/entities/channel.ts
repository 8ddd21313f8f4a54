import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { ChannelDefaults } from "#domain/schemas/channel-defaults.ts";
import { tenantProperties, tenantSecurity } from "./lib.ts";

export const Channel = defineEntity({
  name: "Channel",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    connectionId: p.uuid().index(),
    platform: p.string().length(40),
    remoteId: p.string().length(500),
    kind: p.string().length(40),
    name: p.string().length(300),
    handle: p.string().length(300).nullable(),
    url: p.string().length(2000).nullable(),
    avatarUrl: p.string().length(2000).nullable(),
    /** Nothing goes out here without a person's approval, whoever asks. */
    requiresApproval: p.boolean().default(false),
    /** People's own word for what belongs together. */
    group: p.string().length(120).nullable(),
    /** What is added to every post here. */
    defaults: p.json<ChannelDefaults>().nullable(),
  },
  uniques: [{ properties: ["workspaceId", "id"] }, { properties: ["connectionId", "remoteId"] }],
});
export type Channel = InferEntity<typeof Channel>;
