import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "#web/lib/api/client.ts";

/** Who is signed in, and what they may do here. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => answerOf(api.GET("/v1/me", { signal })),
  staleTime: 60_000,
});

/** The workspaces that one is a member of. */
export const workspacesQuery = queryOptions({
  queryKey: ["workspaces"],
  queryFn: ({ signal }) => answerOf(api.GET("/v1/workspaces", { signal })),
  staleTime: 60_000,
});
