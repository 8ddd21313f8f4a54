import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "#web/lib/api/client.ts";

/** The latest that one was told of: what one has not seen first. */
export const notificationsQuery = queryOptions({
  queryKey: ["notifications", "list"],
  queryFn: ({ signal }) =>
    answerOf(api.GET("/v1/notifications", { params: { query: { limit: 20 } }, signal })),
});

/** What one is told of, and by which ways. */
export const notificationSettingsQuery = queryOptions({
  queryKey: ["notifications", "settings"],
  queryFn: ({ signal }) => answerOf(api.GET("/v1/notification-settings", { signal })),
});
