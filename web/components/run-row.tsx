import { Card, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Run } from "#web/lib/api/types.ts";
import { writeDuration } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";
import classes from "./row.module.css";
import { RunBadge } from "./status-badge.tsx";
import { When } from "./when.tsx";

/** A run in a list: whose, in what state, since when. */
export function RunRow({ run, agentName }: { run: Run; agentName: string | undefined }) {
  const took =
    run.startedAt && run.finishedAt
      ? writeDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))
      : undefined;
  return (
    <Card padding="md" className={classes["row"] ?? ""}>
      <Group justify="space-between" gap="sm">
        <div className={classes["words"]}>
          <Link to="/runs/$runId" params={{ runId: run.id }} data-quiet className={classes["link"]}>
            {agentName ?? texts.runs.unknownAgent}
          </Link>
          <Text size="sm" c="dimmed">
            {texts.runs.trigger[run.trigger]} · <When at={run.startedAt ?? run.createdAt} />
            {took ? ` · ${texts.runs.took_(took)}` : ""}
          </Text>
          {run.error ? (
            <Text size="sm" c="var(--mantine-color-error)" lineClamp={2}>
              {run.error.detail}
            </Text>
          ) : null}
        </div>
        <RunBadge status={run.status} />
      </Group>
    </Card>
  );
}
