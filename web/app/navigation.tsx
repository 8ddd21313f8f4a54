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
import { needsThem } from "#web/lib/acting-on.ts";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { meQuery } from "#web/lib/queries/me.ts";
import { needsYouQuery } from "#web/lib/queries/needs-you.ts";
import { postsQuery } from "#web/lib/queries/posts.ts";
import { useMay } from "#web/lib/use-may.ts";
import { texts } from "#web/lib/texts.ts";

const icon = { size: 18, "aria-hidden": true } as const;
const words = texts.navigation;

/** The ways through the console; what needs one is counted beside Home and Approvals. */
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
        rightSection={<NeedsYou held={me?.scopes ?? []} />}
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

/** How many things one is called to. */
function NeedsYou({ held }: { held: readonly string[] }) {
  const lookEvery = useLookEvery();
  const { data } = useQuery({ ...needsYouQuery, refetchInterval: lookEvery });
  const number = data?.data.filter((need) => needsThem(need, held)).length ?? 0;
  if (number === 0) return null;
  return (
    <Badge circle={number < 10} color="red" tt="none">
      {number}
      <VisuallyHidden>{` ${words.needsYou(number)}`}</VisuallyHidden>
    </Badge>
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
