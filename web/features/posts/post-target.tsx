import { Group, Stack, Text } from "@mantine/core";
import { ExternalLink } from "#web/components/external-link.tsx";
import { PlatformMark } from "#web/components/platform-mark.tsx";
import { PostBadge, RemovalBadge, TargetBadge } from "#web/components/status-badge.tsx";
import type { Post, Target } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { isGone } from "#web/lib/is-taken-down.ts";
import { texts } from "#web/lib/texts.ts";
import { TargetActions } from "./target-actions.tsx";
import { TargetParts } from "./target-parts.tsx";

const words = texts.posts;

/** How a post is at one channel: its state, why it waits, what is out of it, and what one may do. */
export function PostTarget({ post, target }: { post: Post; target: Target }) {
  const { removal, waitingFor, error } = target;
  const gone = isGone(target);
  // Rejected it was by somebody; its channels were not cancelled for another reason.
  const rejected = post.status === "rejected" && target.status === "cancelled";
  return (
    <Group wrap="nowrap" align="flex-start" gap="sm" role="group" aria-label={target.channelName}>
      <PlatformMark platform={target.platform} size={36} />
      <Stack gap={4} flex={1} miw={0}>
        <Group justify="space-between" gap="xs">
          <Text fw={600}>{target.channelName}</Text>
          <Group gap="xs">
            {rejected ? <PostBadge status="rejected" /> : null}
            {rejected || (gone && target.status === "published") ? null : (
              <TargetBadge status={target.status} />
            )}
            {removal ? <RemovalBadge status={removal.status} /> : null}
          </Group>
        </Group>
        {waitingFor ? <Waiting waitingFor={waitingFor} detail={error?.detail} /> : null}
        {target.remoteUrl && !gone ? (
          <div>
            <ExternalLink href={target.remoteUrl}>{words.seeIt}</ExternalLink>
          </div>
        ) : null}
        {gone ? null : <TargetParts post={post} target={target} />}
        {removal ? (
          <Text size="sm">
            {removal.detail}{" "}
            <Text span c="dimmed" size="sm">
              {writeInstant(removal.at)}
            </Text>
          </Text>
        ) : null}
        {error && !waitingFor ? (
          <Text size="sm" c="var(--mantine-color-error)">
            {error.detail}
          </Text>
        ) : null}
        {error?.platformMessage ? (
          <Text size="sm" c="dimmed">
            {words.platformSaid(error.platformMessage)}
          </Text>
        ) : null}
        <TargetActions post={post} target={target} />
      </Stack>
    </Group>
  );
}

function Waiting(props: {
  waitingFor: NonNullable<Target["waitingFor"]>;
  /** What went wrong, where something did: it says more. */
  detail: string | undefined;
}) {
  const { reason, since, until } = props.waitingFor;
  // That its time has not come is what waiting for it means.
  const detail = props.detail ?? (reason === "due_time" ? undefined : props.waitingFor.detail);
  const span = [
    words.waitsSince(writeInstant(since)),
    until ? words.waitsUntil(writeInstant(until)) : undefined,
  ];
  return (
    <div>
      <Text size="sm">
        <b>{words.waitsFor[reason]}.</b> {detail}
      </Text>
      <Text size="sm" c="dimmed">
        {span.filter(Boolean).join(", ")}
      </Text>
    </div>
  );
}
