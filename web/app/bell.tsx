import { ActionIcon, Indicator, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "#web/lib/api/client.ts";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { notificationsQuery } from "#web/lib/queries/notifications.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { BellList } from "./bell-list.tsx";

/** What is told by e-mail or chat too is written a moment after what it tells of. Milliseconds. */
const calmLookMs = 20_000;

/** What one was told of and has not seen; opening it is seeing it. */
export function Bell() {
  const lookEvery = useLookEvery();
  const [opened, { open, close }] = useDisclosure(false);
  // What was new when it was opened stays marked as long as one looks.
  const [fresh, setFresh] = useState<readonly string[]>([]);
  const { data } = useQuery({ ...notificationsQuery, refetchInterval: lookEvery || calmLookMs });
  const seen = useAction({
    run: (ids: string[]) => answerOf(api.POST("/v1/notifications/seen", { body: { ids } })),
    stale: [["notifications", "list"]],
    quiet: true,
  });
  const unseen = data?.unseenNeeded ?? 0;
  const show = () => {
    const unseenOnes = data?.data.filter(({ seenAt }) => seenAt === null) ?? [];
    const ids = unseenOnes.map(({ id }) => id);
    // What was decided meanwhile is no news.
    setFresh(unseenOnes.filter(({ needed }) => needed).map(({ id }) => id));
    if (ids.length > 0) seen.mutate(ids);
    open();
  };
  return (
    <Popover
      opened={opened}
      onChange={(wanted) => (wanted ? show() : close())}
      width={340}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Indicator
        disabled={unseen === 0}
        label={unseen > 9 ? "9+" : unseen}
        size={16}
        color="red"
        offset={8}
      >
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={texts.notifications.bell(unseen)}
            onClick={() => (opened ? close() : show())}
          >
            <IconBell size={20} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p="xs">
        <BellList notices={data?.data ?? []} fresh={fresh} onLeave={close} />
      </Popover.Dropdown>
    </Popover>
  );
}
