import { notificationWays, type NotificationWay } from "#domain/notifications.ts";

/** The ways with this one more, or without it, in the order of all. */
export function toggleWay(chosen: readonly NotificationWay[], way: NotificationWay) {
  return notificationWays.filter((one) => chosen.includes(one) !== (one === way));
}
