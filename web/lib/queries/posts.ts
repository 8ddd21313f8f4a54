import { queryOptions } from "@tanstack/react-query";
import type { PostStatus } from "#domain/states.ts";
import { answerOf, api } from "#web/lib/api/client.ts";
import { pagesQuery } from "./pages.ts";

export interface PostFilters {
  status?: PostStatus | undefined;
  agentId?: string | undefined;
  channelId?: string | undefined;
}

/** Posts, newest first. */
export const postsQuery = ({ status, agentId, channelId }: PostFilters = {}, limit = 25) =>
  pagesQuery({
    queryKey: ["posts", "list", { status, agentId, channelId }, limit],
    read: (cursor) =>
      answerOf(
        api.GET("/v1/posts", {
          params: {
            query: {
              limit,
              ...(cursor === undefined ? {} : { cursor }),
              ...(status === undefined ? {} : { status }),
              ...(agentId === undefined ? {} : { agentId }),
              ...(channelId === undefined ? {} : { channelId }),
            },
          },
        }),
      ),
  });

/** One post with its targets. */
export const postQuery = (id: string) =>
  queryOptions({
    queryKey: ["posts", "one", id],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/v1/posts/{id}", { params: { path: { id } }, signal })),
  });

/** Everything that was tried for a post, the oldest first. */
export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ["posts", "history", id],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/v1/posts/{id}/history", { params: { path: { id } }, signal })),
  });

/** How a post does, by channel. */
export const metricsQuery = (id: string) =>
  queryOptions({
    queryKey: ["posts", "metrics", id],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/v1/posts/{id}/metrics", { params: { path: { id } }, signal })),
  });

/** The versions of an asset that were made for targets: what kind of file each is, and its measures. */
export const renditionsQuery = (assetId: string) =>
  queryOptions({
    queryKey: ["renditions", assetId],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/v1/assets/{id}/renditions", { params: { path: { id: assetId } }, signal }),
      ),
    staleTime: 300_000,
  });
