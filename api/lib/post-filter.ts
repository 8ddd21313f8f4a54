import { z } from "zod";
import { Campaign } from "#domain/schemas/order.ts";
import { postMachine } from "#domain/states.ts";
import { QueryTime } from "./query-time.ts";
import type { PostFilter } from "./read-posts.ts";
import { ExternalId, Id } from "./responses.ts";

const Status = z.enum(postMachine.states);

/** Query of everything that lists what carries a campaign and labels. */
export const orderFilter = {
  campaign: Campaign.optional(),
  label: z.string().trim().min(1).max(60).optional().describe("Without regard to case"),
};

/** Query of everything that lists posts: each part that is given narrows. */
export const postFilter = {
  status: z
    .union([Status, z.array(Status).min(1).max(20)])
    .optional()
    .describe("May be given several times"),
  agentId: Id.optional(),
  channelId: Id.optional(),
  externalId: ExternalId.optional(),
  seriesId: Id.optional(),
  ...orderFilter,
  from: QueryTime.optional().describe("Due then or later"),
  to: QueryTime.optional().describe("Due before"),
};

/** What is asked for, as it is read. */
export function filterOf(query: z.infer<z.ZodObject<typeof postFilter>>): PostFilter {
  const { status, from, to, ...rest } = query;
  return {
    ...rest,
    ...(status === undefined ? {} : { status: [status].flat() }),
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
  };
}
