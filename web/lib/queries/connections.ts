import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { Channel, Connection } from "#web/lib/api/types.ts";

/** What can be connected, with its limits. It changes with the installation alone. */
export const platformsQuery = queryOptions({
  queryKey: ["platforms"],
  queryFn: ({ signal }) => answerOf(api.GET("/v1/platforms", { signal })),
  staleTime: Infinity,
});

/** A connected account with the channels that may be published to through it. */
export interface ConnectedAccount {
  connection: Connection;
  channels: Channel[];
}

/** Connections with their channels, newest first. */
export const accountsQuery = queryOptions({
  queryKey: ["connections", "accounts"],
  queryFn: ({ signal }) => readAccounts({}, signal),
});

/** Accounts that were disconnected and whose channels something still refers to. */
export const disconnectedAccountsQuery = queryOptions({
  queryKey: ["connections", "disconnected"],
  queryFn: ({ signal }) => readAccounts({ disconnected: "true" }, signal),
});

async function readAccounts(
  which: { disconnected?: "true" },
  signal: AbortSignal,
): Promise<ConnectedAccount[]> {
  const query = { limit: 100, ...which };
  const { data } = await answerOf(api.GET("/v1/connections", { params: { query }, signal }));
  return Promise.all(
    data.map(async (connection) => {
      const params = { path: { id: connection.id } };
      const channels = await answerOf(api.GET("/v1/connections/{id}/channels", { params, signal }));
      return { connection, channels: channels.data };
    }),
  );
}
