import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { QueryView } from "#web/components/query-view.tsx";
import { needsThem } from "#web/lib/acting-on.ts";
import type { Need } from "#web/lib/api/types.ts";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { meQuery } from "#web/lib/queries/me.ts";
import { needsYouQuery } from "#web/lib/queries/needs-you.ts";
import { texts } from "#web/lib/texts.ts";
import { NeedRow } from "./need-row.tsx";

const words = texts.home;
/** How many are shown at first. */
const few = 6;

/** Everything that waits for a person; what one may act on comes first. */
export function NeedsList() {
  const lookEvery = useLookEvery();
  const { data: me } = useQuery(meQuery);
  const needs = useQuery({ ...needsYouQuery, refetchInterval: lookEvery });
  const [all, setAll] = useState(false);
  const held = me?.scopes ?? [];
  const acts = ["posts:approve", "posts:publish", "connections:write"].some((scope) =>
    held.includes(scope),
  );
  const title = acts ? words.needsYou : words.needsSomebody;
  return (
    <Stack gap="md" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <QueryView query={needs}>
        {({ data }) => {
          if (data.length === 0) return <AllClear acts={acts} />;
          const sorted = data.toSorted(
            (one, other) => Number(needsThem(other, held)) - Number(needsThem(one, held)),
          );
          return (
            <Stack gap="sm">
              {sorted.slice(0, all ? undefined : few).map((need) => (
                <NeedRow key={keyOf(need)} need={need} held={held} />
              ))}
              {data.length > few ? (
                <Group>
                  <Button variant="default" aria-expanded={all} onClick={() => setAll(!all)}>
                    {all ? words.needs.fewer : words.needs.all(data.length)}
                  </Button>
                </Group>
              ) : null}
            </Stack>
          );
        }}
      </QueryView>
    </Stack>
  );
}

function AllClear({ acts }: { acts: boolean }) {
  return (
    <Card>
      <Group gap="xs" wrap="nowrap">
        <IconCircleCheck size={20} aria-hidden style={{ flexShrink: 0 }} />
        <Text>
          {acts ? words.allClear : words.nothingWaits} {words.allClearText}
        </Text>
      </Group>
    </Card>
  );
}

/** One thing may need somebody for two reasons, and a post at several channels. */
function keyOf({ kind, postId, targetId, connectionId }: Need): string {
  return [kind, postId, targetId, connectionId].join("/");
}
