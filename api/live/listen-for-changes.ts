import type { Logger } from "pino";
import { accessChannel } from "#db/announce-access.ts";
import { followChannels } from "#db/follow-channels.ts";
import { eventChannel } from "#db/record-event.ts";

/** What somebody who follows the database is told. */
export interface ChangeListener {
  /** Events of this workspace were committed. */
  onEvents(workspaceId: string): void;
  /** Somebody's rights changed: `session:…`, `key:…` or `user:…`. */
  onAccess(subject: string): void;
  /** Something may have been missed: look at everything again. */
  onGap(): void;
}

export interface Changes {
  /** The connection is made with the first listener. Returns how to stop listening. */
  listen(listener: ChangeListener): () => void;
  close(): Promise<void>;
}

/** The one connection of a process that PostgreSQL wakes, for all who follow events or rights. */
export function listenForChanges(options: { databaseUrl: string; logger: Logger }): Changes {
  const listeners = new Set<ChangeListener>();
  let following: ReturnType<typeof followChannels> | undefined;

  const follow = () =>
    followChannels({
      ...options,
      applicationName: "drumbeat live events",
      channels: [eventChannel, accessChannel],
      onNotification(channel, payload) {
        for (const listener of listeners) {
          if (channel === eventChannel) listener.onEvents(payload);
          else if (channel === accessChannel) listener.onAccess(payload);
        }
      },
      onGap() {
        for (const listener of listeners) listener.onGap();
      },
    });

  return {
    listen(listener) {
      listeners.add(listener);
      following ??= follow();
      return () => void listeners.delete(listener);
    },
    async close() {
      await following?.close();
    },
  };
}
