import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconClock, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { LinkAnchor } from "#web/components/router-link.tsx";
import { AgentBadge } from "#web/components/status-badge.tsx";
import { answerOf, api } from "#web/lib/api/client.ts";
import type { Agent, Channel } from "#web/lib/api/types.ts";
import { writeInstant } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";
import { useAction } from "#web/lib/use-action.ts";
import { useRunAgent } from "#web/lib/use-run-agent.ts";

const words = texts.agents;

/** An agent: what it is told, where and when it posts, and the buttons to let it work or rest. */
export function AgentCard(props: {
  agent: Agent;
  channels: readonly Channel[];
  mayWrite: boolean;
}) {
  const { agent, channels, mayWrite } = props;
  const next = agent.nextWakeUps[0];
  return (
    <Card component="section" aria-label={agent.name}>
      <Stack h="100%" justify="space-between">
        <Stack gap="sm">
          <Group justify="space-between" gap="xs">
            <Title order={2} size="h4">
              {agent.name}
            </Title>
            <AgentBadge status={agent.status} />
          </Group>
          <Text size="sm" lineClamp={3}>
            {agent.brief}
          </Text>
          <Group gap="xs">
            {channels.map((channel) => (
              <Badge key={channel.id} variant="default" size="lg" radius="sm" tt="none">
                {channel.name}
              </Badge>
            ))}
            <Badge
              variant="light"
              color={agent.autonomy === "autopilot" ? "grape" : "indigo"}
              size="lg"
              radius="sm"
              tt="none"
            >
              {words.autonomy[agent.autonomy]}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            <IconClock size={14} aria-hidden style={{ verticalAlign: "-2px" }} />{" "}
            {next ? words.next(writeInstant(next)) : words.asleep}
            <br />
            {words.limits(agent.dailyPostLimit, agent.creditLimit)}
          </Text>
        </Stack>
        <Group justify="space-between">
          {mayWrite ? <AgentButtons agent={agent} /> : <span />}
          <LinkAnchor to="/runs" search={{ agentId: agent.id }} size="sm">
            {words.runs}
          </LinkAnchor>
        </Group>
      </Stack>
    </Card>
  );
}

function AgentButtons({ agent }: { agent: Agent }) {
  const params = { path: { id: agent.id } };
  const stale = [["agents"], ["runs"]];
  const run = useRunAgent(agent.id);
  const pause = useAction({
    run: () => answerOf(api.POST("/v1/agents/{id}/pause", { params })),
    stale,
    done: words.paused,
  });
  const resume = useAction({
    run: () => answerOf(api.POST("/v1/agents/{id}/resume", { params })),
    stale,
    done: words.resumed,
  });
  return (
    <Group gap="xs">
      {agent.status === "halted" ? null : (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          loading={run.isPending}
          onClick={() => run.mutate()}
        >
          {words.run}
        </Button>
      )}
      {agent.status === "active" ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} aria-hidden />}
          loading={pause.isPending}
          onClick={() => pause.mutate()}
        >
          {words.pause}
        </Button>
      ) : (
        <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
          {words.resume}
        </Button>
      )}
    </Group>
  );
}
