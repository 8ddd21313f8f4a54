import { z } from "zod";
import type { Channel } from "#db/entities/index.ts";
import { ChannelDefaults } from "#domain/schemas/channel-defaults.ts";
import { Id } from "./responses.ts";

export const ChannelView = z.object({
  id: Id,
  connectionId: Id,
  kind: z.string(),
  name: z.string(),
  handle: z.string().nullable(),
  url: z.string().nullable(),
  platform: z.string(),
  requiresApproval: z
    .boolean()
    .describe("Nothing goes out here without a person's approval, whoever asks"),
  group: z.string().nullable().describe("People's own word for what belongs together"),
  defaults: ChannelDefaults.nullable().describe("What is added to every post here"),
});

/** A channel as the API shows it. */
export function viewChannel(row: Channel): z.infer<typeof ChannelView> {
  const { id, connectionId, kind, name, platform, requiresApproval } = row;
  return {
    id,
    connectionId,
    kind,
    name,
    handle: row.handle ?? null,
    url: row.url ?? null,
    platform,
    requiresApproval,
    group: row.group ?? null,
    defaults: row.defaults ?? null,
  };
}
