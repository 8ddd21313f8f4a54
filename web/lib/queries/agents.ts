import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "#web/lib/api/client.ts";

/** Agents, newest first; as many as a page holds. */
export const agentsQuery = queryOptions({
  queryKey: ["agents", "list"],
  queryFn: ({ signal }) =>
    answerOf(api.GET("/v1/agents", { params: { query: { limit: 100 } }, signal })),
});
