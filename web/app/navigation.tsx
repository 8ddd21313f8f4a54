import { Badge, NavLink, VisuallyHidden } from "@mantine/core";
import {
  IconApi,
  IconCircleCheck,
  IconExternalLink,
  IconHome,
  IconKey,
  IconPlugConnected,
  IconProgress,
  IconRobot,
  IconSend,
  IconTimeline,
} from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { LinkNav } from "#web/components/router-link.tsx";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { meQuery } from "#web/lib/queries/me.ts";
import { postsQuery } from "#web/lib/queries/posts.ts";
import { useMay } from "#web/lib/use-may.ts";
import { texts } from "#web/lib/texts.ts";

const icon = { size: 18, "aria-hidden": true } as const;
const words = texts.navigation;

/** The ways through the console; how many posts wait stands beside Approvals. */
export function Navigation() {
  const { data: me } = useQuery(meQuery);
  const mayDecide = useMay("posts:approve");
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
        rightSection={mayDecide ? <Waiting /> : null}
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
      <OuterLink href="/docs" label={words.reference} icon={<IconApi {...icon} />} />
      {me?.operator ? (
        <OuterLink href="/temporal/" label={words.temporal} icon={<IconTimeline {...icon} />} />
      ) : null}
    </>
  );
}

/** What is no page of the console, in a tab of its own. */
function OuterLink(props: { href: string; label: string; icon: ReactNode }) {
  return (
    <NavLink
      href={props.href}
      target="_blank"
      rel="noopener noreferrer"
      label={
        <>
          {props.label}
          <VisuallyHidden>{` (${texts.common.opensNewTab})`}</VisuallyHidden>
        </>
      }
      leftSection={props.icon}
      rightSection={<IconExternalLink size={14} aria-hidden />}
    />
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
    <Badge circle={data.length < 10} color="indigo" tt="none">
      {data.length}
      <VisuallyHidden>{` ${words.waiting(data.length)}`}</VisuallyHidden>
    </Badge>
  );
}
