import { Badge, Group, ScrollArea, Stack, Text, UnstyledButton } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import type { MouseEvent } from "react";
import { LinkAnchor } from "#web/components/router-link.tsx";
import { When } from "#web/components/when.tsx";
import type { Notice } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import classes from "./bell.module.css";

const words = texts.notifications;

/** What one was told of, each a way to where it is decided. */
export function BellList(props: {
  notices: readonly Notice[];
  /** Which were new when one opened it. */
  fresh: readonly string[];
  onLeave: () => void;
}) {
  const { notices, fresh, onLeave } = props;
  const router = useRouter();
  const follow = (event: MouseEvent, path: string) => {
    onLeave();
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    router.history.push(path);
  };
  return (
    <Stack gap="xs">
      {notices.length === 0 ? (
        <Text size="sm" p="xs">
          {words.empty}
        </Text>
      ) : (
        <ScrollArea.Autosize mah="min(60vh, 420px)">
          <ul className={classes["list"]}>
            {notices.map((notice) => {
              // The console is asked under this origin, whatever the installation calls itself.
              const path = new URL(notice.url).pathname;
              return (
                <li key={notice.id}>
                  <UnstyledButton
                    component="a"
                    href={path}
                    p="xs"
                    className={classes["notice"] ?? ""}
                    onClick={(event) => follow(event, path)}
                  >
                    <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
                      <Text size="sm">{notice.title}</Text>
                      {fresh.includes(notice.id) ? (
                        <Badge size="sm" tt="none" style={{ flexShrink: 0 }}>
                          {words.new}
                        </Badge>
                      ) : null}
                    </Group>
                    {notice.about ? (
                      <Text size="sm" c="dimmed" lineClamp={1}>
                        {words.about(notice.about)}
                      </Text>
                    ) : null}
                    <Text size="xs" c="dimmed">
                      <When at={notice.createdAt} />
                      {notice.needed ? null : ` · ${words.over}`}
                    </Text>
                  </UnstyledButton>
                </li>
              );
            })}
          </ul>
        </ScrollArea.Autosize>
      )}
      <LinkAnchor to="/notifications" size="sm" p="xs" onClick={onLeave}>
        {words.settingsLink}
      </LinkAnchor>
    </Stack>
  );
}
