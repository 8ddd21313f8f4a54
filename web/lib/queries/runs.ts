import { queryOptions } from "@tanstack/react-query";
import type { RunStatus } from "#domain/states.ts";
import { answerOf, api } from "#web/lib/api/client.ts";
import { pagesQuery } from "./pages.ts";

export interface RunFilters {
  status?: RunStatus | undefined;
  agentId?: string | undefined;
}

/** Runs of every agent, newest first. */
export const runsQuery = ({ status, agentId }: RunFilters = {}, limit = 25) =>
  pagesQuery({
    queryKey: ["runs", "list", { status, agentId }, limit],
    read: (cursor) =>
      answerOf(
        api.GET("/v1/runs", {
          params: {
            query: {
              limit,
              ...(cursor === undefined ? {} : { cursor }),
              ...(status === undefined ? {} : { status }),
              ...(agentId === undefined ? {} : { agentId }),
            },
          },
        }),
      ),
  });

/** One run, step by step. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/v1/runs/{id}", { params: { path: { id } }, signal })),
  });
