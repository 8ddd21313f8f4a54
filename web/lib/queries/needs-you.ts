import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "#web/lib/api/client.ts";

/** Everything that waits for a person, the most pressing first. */
export const needsYouQuery = queryOptions({
  queryKey: ["needs-you"],
  queryFn: ({ signal }) => answerOf(api.GET("/v1/needs-you", { signal })),
});
