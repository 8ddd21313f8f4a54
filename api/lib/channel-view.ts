import { z } from "zod";
import type { Channel } from "#db/entities/index.ts";
import { Id } from "./responses.ts";

export const ChannelView = z.object({
  id: Id,
  kind: z.string(),
  name: z.string(),
  handle: z.string().nullable(),
  url: z.string().nullable(),
  platform: z.string(),
  requiresApproval: z
    .boolean()
    .describe("Nothing goes out here without a person's approval, whoever asks"),
});

/** A channel as the API shows it. */
export function viewChannel(row: Channel): z.infer<typeof ChannelView> {
  const { id, kind, name, platform, requiresApproval } = row;
  return {
    id,
    kind,
    name,
    handle: row.handle ?? null,
    url: row.url ?? null,
    platform,
    requiresApproval,
  };
}
