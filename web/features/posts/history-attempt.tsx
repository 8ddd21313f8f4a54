import { Badge, Box, Collapse, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import type { Attempt } from "#web/lib/api/types.ts";
import { writeDuration, writePrecisely } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";
import { AttemptCalls } from "./attempt-calls.tsx";
import { sentence } from "./history-of.ts";
import { isBad, isGood } from "./outcome-mood.ts";

const words = texts.posts.history;

/** One attempt at a part of a post: when, what came of it, in whose words, and what to do. */
export function HistoryAttempt({ attempt }: { attempt: Attempt }) {
  const { step, part, outcome, decidedBy, decidedByName } = attempt;
  const facts = [
    writePrecisely(attempt.startedAt),
    part > 0 ? texts.posts.part(part + 1) : undefined,
    attempt.attempt > 1 && step !== "resolve" ? words.attempt(attempt.attempt) : undefined,
    decidedBy ? words.decidedBy(decidedByName ?? words.somebody) : undefined,
  ];
  const color = isGood(attempt) ? "teal" : isBad(attempt) ? "red" : "blue";
  return (
    <Stack gap={2}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {words.stepOf(words.steps[step], attempt.channelName)}
        </Text>
        <Badge color={outcome === null ? "gray" : color} variant="light" radius="sm" tt="none">
          {outcome === null ? words.underWay : (words.outcomes[outcome] ?? sentence(outcome))}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {facts.filter(Boolean).join(" · ")}
      </Text>
      {attempt.detail ? <Text size="sm">{attempt.detail}</Text> : null}
      {attempt.platformMessage ? (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {texts.posts.platformSaid(attempt.platformMessage)}
        </Text>
      ) : null}
      {attempt.advice ? (
        <Text size="sm" c="dimmed">
          {words.advice(attempt.advice)}
        </Text>
      ) : null}
      {step === "resolve" ? null : <Technical attempt={attempt} />}
    </Stack>
  );
}

/** How long it took and what was asked of the platform: for whoever looks into it. */
function Technical({ attempt }: { attempt: Attempt }) {
  const [opened, { toggle }] = useDisclosure(false);
  const { durationMs, httpStatus, calls } = attempt;
  const facts = [
    durationMs ? words.took(writeDuration(durationMs)) : undefined,
    httpStatus === null ? undefined : words.http(httpStatus),
  ].filter(Boolean);
  if (facts.length === 0 && calls.length === 0) return null;
  return (
    <Box miw={0}>
      <UnstyledButton
        onClick={toggle}
        aria-expanded={opened}
        c="var(--mantine-color-anchor)"
        fz="sm"
        mih={24}
      >
        {words.technical}{" "}
        <IconChevronDown size={14} aria-hidden style={{ verticalAlign: "-2px" }} />
      </UnstyledButton>
      <Collapse expanded={opened}>
        {facts.length > 0 ? (
          <Text size="sm" c="dimmed">
            {facts.join(" · ")}
          </Text>
        ) : null}
        {calls.length > 0 ? <AttemptCalls calls={calls} /> : null}
      </Collapse>
    </Box>
  );
}
