import { Alert, Button, Card, Checkbox, Code, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ProblemAlert } from "#web/components/problem-alert.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { problemOf } from "#web/lib/api/problem.ts";
import type { Post } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { platformsQuery } from "#web/lib/queries/connections.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { RejectDialog } from "./reject-dialog.tsx";

const words = texts.approvals;

/** Approving exactly the content of this hash, or rejecting it with a reason. */
export function Decide({ post, contentHash }: { post: Post; contentHash: string }) {
  const { data: me } = useQuery(meQuery);
  const { data: platforms } = useQuery(platformsQuery);
  const [acceptedHash, setAcceptedHash] = useState<string>();
  const [rejecting, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const id = post.id;
  // What was accepted of one content is not accepted of the next.
  const accepted = acceptedHash === contentHash;
  const approve = useAction({
    run: () =>
      answerOf(
        api.POST("/v1/posts/{id}/approve", {
          params: { path: { id } },
          body: { contentHash, acceptSandboxOutput: accepted },
        }),
      ),
    stale: [["posts"], ["runs"]],
    done: words.approved,
    quiet: true,
    onDone: () => void navigate({ to: "/posts/$postId", params: { postId: id } }),
  });
  const mayDecide = me?.scopes.includes("posts:approve") ?? false;
  const real = post.targets.some(
    ({ platform }) => platforms?.data.find(({ name }) => name === platform)?.real ?? false,
  );
  // The API knows of the pictures too: where only they come from the sandbox, it says so and the question comes up.
  const refused = approve.error !== null && problemOf(approve.error).code === "sandbox_output";
  const needsAcceptance = real && (post.offlineOutput || refused || accepted);
  const later = post.schedule.mode === "at" && Date.parse(post.schedule.at) > Date.now();
  return (
    <Card>
      <Stack>
        {mayDecide ? <Text size="sm">{words.bound}</Text> : null}
        {needsAcceptance && mayDecide ? (
          <Alert
            variant="outline"
            color="yellow"
            icon={<IconFlask aria-hidden />}
            title={words.sandboxTitle}
          >
            <Text size="sm" mb="sm">
              {words.sandboxText}
            </Text>
            <Checkbox
              label={words.sandboxAccept}
              checked={accepted}
              onChange={(event) =>
                setAcceptedHash(event.currentTarget.checked ? contentHash : undefined)
              }
            />
          </Alert>
        ) : null}
        {approve.error ? <ProblemAlert error={approve.error} /> : null}
        {mayDecide ? (
          <Group>
            <Button
              size="md"
              loading={approve.isPending}
              disabled={needsAcceptance && !accepted}
              onClick={() => approve.mutate()}
            >
              {later ? words.approveAt(writeInstant(post.schedule.at)) : words.approveNow}
            </Button>
            <Button size="md" variant="default" onClick={open}>
              {words.reject}
            </Button>
          </Group>
        ) : (
          <Text c="dimmed">{words.notYours}</Text>
        )}
        <Text size="xs" c="dimmed">
          {words.fingerprint} <Code title={contentHash}>{contentHash.slice(0, 16)}</Code>
        </Text>
      </Stack>
      <RejectDialog postId={id} opened={rejecting} onClose={close} />
    </Card>
  );
}
