import { Text } from "@mantine/core";
import type { NotificationSettings } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";

/** Why the last message by one of the ways could not be sent. */
export function LastError({ error }: { error: NotificationSettings["chat"]["lastError"] }) {
  if (!error) return null;
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="status">
      {texts.notifications.settings.lastError(writeInstant(error.at), error.detail)}
    </Text>
  );
}
