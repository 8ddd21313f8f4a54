import { useQuery } from "@tanstack/react-query";
import { Page } from "#web/components/page.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { notificationSettingsQuery } from "#web/lib/queries/notifications.ts";
import { texts } from "#web/lib/texts.ts";
import { ChatCard } from "./chat-card.tsx";
import { ChoicesCard } from "./choices-card.tsx";

const words = texts.notifications.settings;
/** What became of a test is written where it was sent from: no event tells of it. Milliseconds. */
const lookMs = 5_000;

/** What one is told of in this workspace, and by which ways. */
export function NotificationsPage() {
  const lookEvery = useLookEvery();
  const settings = useQuery({
    ...notificationSettingsQuery,
    refetchInterval: lookEvery || lookMs,
  });
  return (
    <Page title={words.title} lead={words.lead}>
      <QueryView query={settings}>
        {(shown) => (
          <>
            <ChoicesCard settings={shown} />
            <ChatCard chat={shown.chat} />
          </>
        )}
      </QueryView>
    </Page>
  );
}
