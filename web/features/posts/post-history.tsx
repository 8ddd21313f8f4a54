import { Button, Card, Group, Text, ThemeIcon, Timeline, Title } from "@mantine/core";
import {
  IconArrowsExchange,
  IconEye,
  IconFlag,
  IconPackage,
  IconRefresh,
  IconSend,
  IconTrash,
  IconUserCheck,
  type TablerIcon,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { QueryView } from "#web/components/query-view.tsx";
import type { Attempt, Post } from "#web/lib/api/types.ts";
import { writePrecisely } from "#web/lib/format.ts";
import { historyQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";
import { HistoryAttempt } from "./history-attempt.tsx";
import { historyOf } from "./history-of.ts";
import { isGood, isBad } from "./outcome-mood.ts";

const words = texts.posts.history;
/** How many are shown at first: the latest. */
const few = 12;
/** Fewer than these are not worth hiding. */
const worthHiding = 5;

const icons: Record<Attempt["step"], TablerIcon> = {
  create: IconPackage,
  poll: IconRefresh,
  publish: IconSend,
  confirm: IconEye,
  reconcile: IconArrowsExchange,
  resolve: IconUserCheck,
  remove: IconTrash,
};

/** Everything that was tried for a post and how its state changed, the oldest first. */
export function PostHistory(props: { post: Post; refetchInterval: number | false }) {
  const { post, refetchInterval } = props;
  const history = useQuery({ ...historyQuery(post.id), refetchInterval });
  const [all, setAll] = useState(false);
  return (
    <Card component="section" aria-label={words.title}>
      <Title order={2} size="h4">
        {words.title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {words.lead}
      </Text>
      <QueryView query={history}>
        {(read) => {
          const entries = historyOf(read, post.targets);
          if (entries.length === 0) return <Text size="sm">{words.none}</Text>;
          const whole = all || entries.length < few + worthHiding;
          const shown = whole ? entries : entries.slice(-few);
          return (
            <>
              {entries.length > shown.length ? (
                <Group mb="md">
                  <Button size="xs" variant="default" onClick={() => setAll(true)}>
                    {words.earlier(entries.length - shown.length)}
                  </Button>
                </Group>
              ) : null}
              <Timeline bulletSize={28} lineWidth={2} active={-1}>
                {shown.map((entry) => {
                  const Icon = entry.attempt ? icons[entry.attempt.step] : IconFlag;
                  return (
                    <Timeline.Item
                      key={entry.key}
                      bullet={
                        <ThemeIcon
                          radius="xl"
                          size={28}
                          variant="light"
                          color={colorOf(entry.attempt)}
                          aria-hidden
                        >
                          <Icon size={15} />
                        </ThemeIcon>
                      }
                    >
                      {entry.attempt ? (
                        <HistoryAttempt attempt={entry.attempt} />
                      ) : (
                        <Text size="sm">
                          {entry.text}{" "}
                          <Text span size="sm" c="dimmed">
                            {writePrecisely(entry.at)}
                          </Text>
                        </Text>
                      )}
                    </Timeline.Item>
                  );
                })}
              </Timeline>
            </>
          );
        }}
      </QueryView>
    </Card>
  );
}

function colorOf(attempt: Attempt | undefined): string {
  if (!attempt) return "gray";
  if (isGood(attempt)) return "teal";
  return isBad(attempt) ? "red" : "blue";
}
