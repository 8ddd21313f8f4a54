import { Card, Group, Text, ThemeIcon } from "@mantine/core";
import {
  IconAlertTriangle,
  IconClockExclamation,
  IconHandStop,
  IconPlugConnectedX,
  IconQuestionMark,
  IconX,
  type TablerIcon,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import classes from "#web/components/row.module.css";
import { When } from "#web/components/when.tsx";
import { actionsOn } from "#web/lib/acting-on.ts";
import type { Need } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";
import { NeedActions } from "./need-actions.tsx";

const words = texts.home.needs;

const signs: Record<Need["kind"], { icon: TablerIcon; color: string }> = {
  unconfirmed: { icon: IconQuestionMark, color: "red" },
  overdue: { icon: IconClockExclamation, color: "red" },
  blocked: { icon: IconPlugConnectedX, color: "red" },
  connection: { icon: IconAlertTriangle, color: "yellow" },
  approval: { icon: IconHandStop, color: "yellow" },
  failed: { icon: IconX, color: "red" },
};

/** One thing that waits for a person: what it is, since when, and what can be done. */
export function NeedRow({ need, held }: { need: Need; held: readonly string[] }) {
  const { icon: Icon, color } = signs[need.kind];
  const what = need.excerpt?.trim() || need.channelName || texts.posts.noText;
  return (
    <Card
      padding="md"
      component="article"
      aria-label={`${words.kinds[need.kind]}: ${what}`}
      className={classes["row"] ?? ""}
    >
      <Group wrap="nowrap" gap="md" align="flex-start">
        <ThemeIcon variant="light" color={color} size={36} radius="md" aria-hidden>
          <Icon size={20} />
        </ThemeIcon>
        <Group className={classes["words"] ?? ""} justify="space-between" gap="sm">
          <div className={classes["words"]}>
            <NeedLink need={need} decides={actionsOn(need, held).includes("approve")}>
              <Text component="span" fw={600} lineClamp={2}>
                {what}
              </Text>
            </NeedLink>
            <Text size="sm" c="dimmed">
              <b>{words.kinds[need.kind]}</b>
              {need.channelName && need.excerpt ? ` · ${need.channelName}` : ""} ·{" "}
              <When at={need.since} />
            </Text>
            <Text size="sm" mt={4}>
              {need.detail}
            </Text>
          </div>
          <NeedActions need={need} what={what} actions={actionsOn(need, held)} />
        </Group>
      </Group>
    </Card>
  );
}

/** To where one sees more of it. */
function NeedLink(props: { need: Need; decides: boolean; children: ReactNode }) {
  const { need, decides, children } = props;
  const looks = { "data-quiet": true, className: classes["link"] };
  if (need.postId === null)
    return (
      <Link to="/connections" {...looks}>
        {children}
      </Link>
    );
  return (
    <Link
      to={decides ? "/approvals/$postId" : "/posts/$postId"}
      params={{ postId: need.postId }}
      {...looks}
    >
      {children}
    </Link>
  );
}
