import {
  Box,
  Code,
  Collapse,
  Group,
  Stack,
  Text,
  ThemeIcon,
  Timeline,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconBrain,
  IconChevronDown,
  IconCrop,
  IconFileText,
  IconHistory,
  IconPhoto,
  IconSend,
  IconShieldCheck,
  IconTool,
  IconUserCheck,
  type TablerIcon,
} from "@tabler/icons-react";
import { ExternalLink } from "#web/components/external-link.tsx";
import { StepBadge } from "#web/components/status-badge.tsx";
import { TemporalLink } from "#web/components/temporal-link.tsx";
import type { Step } from "#web/lib/api/types.ts";
import { writeDuration } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";
import { outcomeOf, titleOf } from "./describe-step.ts";

const words = texts.runs;

const icons: Record<Step["kind"], TablerIcon> = {
  gather: IconHistory,
  model: IconBrain,
  tool: IconTool,
  check: IconShieldCheck,
  generation: IconPhoto,
  post: IconFileText,
  media: IconCrop,
  approval: IconUserCheck,
  publish: IconSend,
};
const colors: Record<Step["status"], string> = {
  pending: "gray",
  running: "indigo",
  succeeded: "teal",
  failed: "red",
  cancelled: "gray",
  skipped: "gray",
};

/** What a run did, from first to last; each step opens to what went in and came out. */
export function RunSteps({ steps, operator }: { steps: readonly Step[]; operator: boolean }) {
  return (
    <Timeline bulletSize={32} lineWidth={2} active={-1}>
      {steps.map((step) => {
        const Icon = icons[step.kind];
        return (
          <Timeline.Item
            key={step.id}
            bullet={
              <ThemeIcon
                radius="xl"
                size={32}
                color={colors[step.status]}
                variant="light"
                aria-hidden
              >
                <Icon size={17} />
              </ThemeIcon>
            }
          >
            <StepBody step={step} operator={operator} />
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}

function StepBody({ step, operator }: { step: Step; operator: boolean }) {
  const outcome = outcomeOf(step);
  const facts = [
    step.durationMs === null ? undefined : words.took_(writeDuration(step.durationMs)),
    step.credits > 0 ? words.credits(step.credits) : undefined,
    step.model ? words.model(step.model) : undefined,
  ].filter((fact) => fact !== undefined);
  const remoteUrl = (step.output as { remoteUrl?: unknown } | null)?.remoteUrl;
  return (
    <Stack gap={2}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{titleOf(step)}</Text>
        <StepBadge status={step.status} asks={step.kind === "approval"} />
      </Group>
      {outcome ? <Text size="sm">{outcome}</Text> : null}
      {step.error ? (
        <Text size="sm" c="var(--mantine-color-error)">
          {step.error.detail}
        </Text>
      ) : null}
      <Group gap="md">
        {facts.length > 0 ? (
          <Text size="sm" c="dimmed">
            {facts.join(" · ")}
          </Text>
        ) : null}
        {remoteUrl ? <ExternalLink href={remoteUrl}>{texts.posts.seeIt}</ExternalLink> : null}
        <StepDetails step={step} />
        {operator ? <TemporalLink url={step.temporalUrl} /> : null}
      </Group>
    </Stack>
  );
}

function StepDetails({ step }: { step: Step }) {
  const [opened, { toggle }] = useDisclosure(false);
  const parts = [
    [words.input, step.input],
    [words.output, step.output],
    [words.sent, step.sent],
  ] as const;
  const filled = parts.filter(([, value]) => value !== null);
  if (filled.length === 0) return null;
  return (
    <Box flex={opened ? "1 0 100%" : undefined} miw={0}>
      <UnstyledButton
        onClick={toggle}
        aria-expanded={opened}
        c="var(--mantine-color-anchor)"
        fz="sm"
      >
        {words.details} <IconChevronDown size={14} aria-hidden style={{ verticalAlign: "-2px" }} />
      </UnstyledButton>
      <Collapse expanded={opened}>
        <Stack gap="xs" mt="xs">
          {filled.map(([label, value]) => (
            <div key={label}>
              <Text size="xs" fw={600}>
                {label}
              </Text>
              <Code
                block
                mah={280}
                tabIndex={0}
                style={{ overflow: "auto", whiteSpace: "pre-wrap" }}
              >
                {JSON.stringify(value, null, 2)}
              </Code>
            </div>
          ))}
        </Stack>
      </Collapse>
    </Box>
  );
}
