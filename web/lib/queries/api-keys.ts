import { answerOf, api } from "#web/lib/api/client.ts";
import { pagesQuery } from "./pages.ts";

/** API keys of the workspace, newest first, without their secrets. */
export const apiKeysQuery = pagesQuery({
  queryKey: ["api-keys"],
  read: (cursor) =>
    answerOf(
      api.GET("/v1/api-keys", { params: { query: cursor === undefined ? {} : { cursor } } }),
    ),
});
