import { Badge, NavLink, VisuallyHidden } from "@mantine/core";
import {
  IconApi,
  IconCircleCheck,
  IconHome,
  IconKey,
  IconPlugConnected,
  IconProgress,
  IconRobot,
  IconSend,
  IconTimeline,
} from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { LinkNav } from "#web/components/router-link.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { meQuery } from "#web/lib/queries/me.ts";
import { postsQuery } from "#web/lib/queries/posts.ts";
import { texts } from "#web/lib/texts.ts";

const icon = { size: 18, "aria-hidden": true } as const;
const words = texts.navigation;

/** The ways through the console; how many posts wait stands beside Approvals. */
export function Navigation() {
  const { data: me } = useQuery(meQuery);
  const mayReadKeys = me?.scopes.includes("api-keys:read") ?? false;
  return (
    <>
      <LinkNav
        to="/"
        activeOptions={{ exact: true }}
        label={words.home}
        leftSection={<IconHome {...icon} />}
      />
      <LinkNav
        to="/approvals"
        label={words.approvals}
        leftSection={<IconCircleCheck {...icon} />}
        rightSection={<Waiting />}
      />
      <LinkNav to="/posts" label={words.posts} leftSection={<IconSend {...icon} />} />
      <LinkNav to="/agents" label={words.agents} leftSection={<IconRobot {...icon} />} />
      <LinkNav to="/runs" label={words.runs} leftSection={<IconProgress {...icon} />} />
      <LinkNav
        to="/connections"
        label={words.connections}
        leftSection={<IconPlugConnected {...icon} />}
      />
      {mayReadKeys ? (
        <LinkNav to="/api-keys" label={words.apiKeys} leftSection={<IconKey {...icon} />} />
      ) : null}
      <NavLink href="/docs" label={words.reference} leftSection={<IconApi {...icon} />} />
      {me?.operator ? (
        <NavLink
          href="/temporal/"
          label={words.temporal}
          leftSection={<IconTimeline {...icon} />}
        />
      ) : null}
    </>
  );
}

function Waiting() {
  const lookEvery = useLookEvery();
  const { data } = useInfiniteQuery({
    ...postsQuery({ status: "awaiting_approval" }),
    refetchInterval: lookEvery,
  });
  if (!data || data.length === 0) return null;
  return (
    <Badge circle={data.length < 10} color="indigo">
      {data.length}
      <VisuallyHidden>{` ${words.waiting(data.length)}`}</VisuallyHidden>
    </Badge>
  );
}
