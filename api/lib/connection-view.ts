import { z } from "zod";
import type { Connection } from "#db/entities/index.ts";
import { connectionMachine } from "#domain/states.ts";
import { Id, Instant, iso } from "./responses.ts";

export const ConnectionStatusWord = z.enum(connectionMachine.states);

export const ConnectionView = z.object({
  id: Id,
  platform: z.string(),
  status: ConnectionStatusWord,
  account: z
    .object({ name: z.string(), handle: z.string().nullable() })
    .nullable()
    .describe("Null until the connection is made, and confirmed where an API key began it"),
  problem: z
    .string()
    .nullable()
    .describe("Why it does not work, in the platform's words where it gave any"),
  expiresAt: Instant.nullable().describe("When the access ends unless it is refreshed"),
  createdAt: Instant,
  disconnectedAt: Instant.nullable().describe(
    "When it was disconnected: nothing goes out through it until the same account is connected again",
  ),
});

/** One connection, with what goes out through it. */
export const ConnectionDetail = ConnectionView.extend({
  uses: z
    .object({
      posts: z.int().describe("Posts that wait to go out through it"),
      series: z.int().describe("Series that have not ended and make posts for its channels"),
      queues: z.int().describe("Queues of its channels"),
    })
    .describe("What disconnecting it stops, or has stopped"),
});

/** A connection as the API shows it. */
export function viewConnection(row: Connection): z.infer<typeof ConnectionView> {
  const known = row.status !== "pending" && typeof row.name === "string";
  return {
    id: row.id,
    platform: row.platform,
    status: row.status,
    account: known ? { name: row.name ?? "", handle: row.handle ?? null } : null,
    problem: row.problem ?? null,
    expiresAt: iso(row.expiresAt),
    createdAt: iso(row.createdAt),
    disconnectedAt: iso(row.disconnectedAt),
  };
}
