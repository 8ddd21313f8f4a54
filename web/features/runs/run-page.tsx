import { Alert, Button, Card, Group, Text, Title } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { runMachine } from "#domain/states.ts";
import { confirm } from "#web/components/confirm.tsx";
import { Page } from "#web/components/page.tsx";
import { ProblemAlert } from "#web/components/problem-alert.tsx";
import { QueryView } from "#web/components/query-view.tsx";
import { LinkButton } from "#web/components/router-link.tsx";
import { PostBadge, RunBadge } from "#web/components/status-badge.tsx";
import { TemporalLink } from "#web/components/temporal-link.tsx";
import { When } from "#web/components/when.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import { ApiProblem } from "#web/lib/api/problem.ts";
import type { RunWithSteps } from "#web/lib/api/types.ts";
import { useLookEvery } from "#web/lib/live-state.tsx";
import { agentsQuery } from "#web/lib/queries/agents.ts";
import { meQuery } from "#web/lib/queries/me.ts";
import { postQuery } from "#web/lib/queries/posts.ts";
import { runQuery } from "#web/lib/queries/runs.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { useMay } from "#web/lib/use-may.ts";
import { useRunAgent } from "#web/lib/use-run-agent.ts";
import { RunNews } from "./run-news.tsx";
import { RunSteps } from "./run-steps.tsx";

const words = texts.runs;

/** One run, step by step, as it happens. */
export function RunPage() {
  const { runId } = useParams({ from: "/signed-in/runs/$runId" });
  const lookEvery = useLookEvery();
  const query = useQuery({ ...runQuery(runId), refetchInterval: lookEvery });
  return <QueryView query={query}>{(run) => <ShownRun run={run} />}</QueryView>;
}

function ShownRun({ run }: { run: RunWithSteps }) {
  const { data: me } = useQuery(meQuery);
  const { data: agents } = useQuery(agentsQuery);
  const agent = agents?.data.find(({ id }) => id === run.agentId);
  const operator = me?.operator ?? false;
  const mayRun = useMay("agents:write");
  const mayDecide = useMay("posts:approve");
  const { data: post } = useQuery({
    ...postQuery(run.postId ?? ""),
    enabled: run.status === "cancelled" && run.postId !== null,
  });
  return (
    <Page
      title={agent?.name ?? words.unknownAgent}
      lead={
        <Group gap="xs">
          {post?.status === "rejected" ? (
            <PostBadge status="rejected" />
          ) : (
            <RunBadge status={run.status} />
          )}
          <span>
            {words.trigger[run.trigger]} · <When at={run.startedAt ?? run.createdAt} />
            {run.credits > 0 ? ` · ${words.credits(run.credits)}` : ""}
          </span>
          {operator ? <TemporalLink url={run.temporalUrl} /> : null}
        </Group>
      }
      actions={
        <>
          {run.postId ? (
            <LinkButton to="/posts/$postId" params={{ postId: run.postId }} variant="default">
              {words.seePost}
            </LinkButton>
          ) : null}
          {runMachine.isFinal(run.status) ? null : <CancelButton run={run} />}
          {mayRun && agent && agent.status !== "halted" && run.status === "failed" ? (
            <AgainButton agentId={agent.id} />
          ) : null}
        </>
      }
    >
      <RunNews run={run} />
      {run.error ? (
        <ProblemAlert
          error={
            new ApiProblem({
              status: 0,
              code: run.error.code,
              title: run.status === "failed" ? words.failed : texts.runStatus[run.status],
              detail: run.error.detail,
            })
          }
        />
      ) : null}
      {run.status === "awaiting_approval" && run.postId ? (
        <Alert
          variant="light"
          color="indigo"
          icon={<IconHandStop aria-hidden />}
          title={mayDecide ? words.decide : words.waits}
        >
          <LinkButton to="/approvals/$postId" params={{ postId: run.postId }} mt={4}>
            {mayDecide ? words.decideAction : words.seePost}
          </LinkButton>
        </Alert>
      ) : null}
      <Card>
        <Title order={2} size="h4" mb="lg">
          {words.steps}
        </Title>
        {run.steps.length === 0 ? (
          <Text c="dimmed">{words.noSteps}</Text>
        ) : (
          <RunSteps steps={run.steps} operator={operator} />
        )}
      </Card>
    </Page>
  );
}

function AgainButton({ agentId }: { agentId: string }) {
  const again = useRunAgent(agentId);
  return (
    <Button loading={again.isPending} onClick={() => again.mutate()}>
      {words.again}
    </Button>
  );
}

function CancelButton({ run }: { run: RunWithSteps }) {
  const cancel = useAction({
    run: () => answerOf(api.POST("/v1/runs/{id}/cancel", { params: { path: { id: run.id } } })),
    stale: [["runs"], ["posts"]],
    done: words.cancelled,
  });
  const ask = () =>
    confirm({
      title: words.cancelTitle,
      text: words.cancelText,
      yes: words.cancelConfirm,
      no: words.keep,
      onYes: () => cancel.mutate(),
    });
  return (
    <Button variant="default" loading={cancel.isPending} onClick={ask}>
      {words.cancel}
    </Button>
  );
}
