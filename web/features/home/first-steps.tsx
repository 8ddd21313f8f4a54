import { Card, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { LinkAnchor, LinkButton } from "#web/components/router-link.tsx";
import { agentsQuery } from "#web/lib/queries/agents.ts";
import { accountsQuery } from "#web/lib/queries/connections.ts";
import { postsQuery } from "#web/lib/queries/posts.ts";
import { runsQuery } from "#web/lib/queries/runs.ts";
import { texts } from "#web/lib/texts.ts";
import { useMay } from "#web/lib/use-may.ts";

const words = texts.home.start;

/** The way to a first post, until it is gone: each step says where it is done. */
export function FirstSteps() {
  const { data: accounts } = useQuery(accountsQuery);
  const { data: agents } = useQuery(agentsQuery);
  const { data: runs } = useInfiniteQuery(runsQuery({}, 4));
  const { data: waiting } = useInfiniteQuery(postsQuery({ status: "awaiting_approval" }));
  const mayDecide = useMay("posts:approve");
  const { data: published } = useInfiniteQuery(postsQuery({ status: "published" }, 1));
  if (!accounts || !agents || !runs || !waiting || !published || published.length > 0) return null;
  const connected = accounts.some(({ connection }) => connection.account !== null);
  const ran =
    waiting.some(({ runId }) => runId !== null) ||
    runs.some(({ status }) => status === "succeeded" || status === "awaiting_approval");
  const [latest] = runs;
  const failed = !ran && latest?.status === "failed" ? latest : undefined;
  const steps = [
    { ...words.steps.connect, to: "/connections", done: connected, leads: true },
    { ...words.steps.agent, to: "/agents/new", done: agents.data.length > 0, leads: true },
    { ...words.steps.run, to: "/agents", done: ran, leads: true, failed },
    {
      ...words.steps.approve,
      to: "/approvals",
      done: false,
      leads: waiting.length > 0 && mayDecide,
    },
  ] as const;
  const next = steps.findIndex(({ done }) => !done);
  return (
    <Card component="section" aria-label={words.title}>
      <Stack gap="lg">
        <div>
          <Title order={2} size="h4">
            {words.title}
          </Title>
          <Text c="dimmed" size="sm">
            {words.lead}
          </Text>
        </div>
        <SimpleGrid
          cols={{ base: 1, xs: 2, lg: 4 }}
          component="ol"
          p={0}
          m={0}
          style={{ listStyle: "none" }}
        >
          {steps.map((step, index) => (
            <Stack key={step.to + step.title} component="li" gap="xs" align="flex-start">
              <Group gap="xs">
                <ThemeIcon
                  radius="xl"
                  size="md"
                  color={step.done ? "teal" : "indigo"}
                  variant={index === next ? "filled" : "light"}
                >
                  {step.done ? (
                    <IconCheck size={16} aria-label={words.done} />
                  ) : (
                    <Text size="sm" fw={600} component="span">
                      {index + 1}
                    </Text>
                  )}
                </ThemeIcon>
                <Text fw={600}>{step.title}</Text>
              </Group>
              <Text size="sm" c="dimmed" flex={1}>
                {step.text}
              </Text>
              {"failed" in step && step.failed ? (
                <Text size="sm">
                  {words.failed(step.failed.error?.detail)}{" "}
                  <LinkAnchor to="/runs/$runId" params={{ runId: step.failed.id }} size="sm">
                    {words.seeRun}
                  </LinkAnchor>
                </Text>
              ) : null}
              {step.done || !step.leads ? null : (
                <LinkButton to={step.to} size="xs" variant={index === next ? "filled" : "default"}>
                  {step.action}
                </LinkButton>
              )}
            </Stack>
          ))}
        </SimpleGrid>
      </Stack>
    </Card>
  );
}
