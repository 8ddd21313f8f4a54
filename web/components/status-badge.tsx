import { Badge, type BadgeProps } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconClock,
  IconHandStop,
  IconPlayerPause,
  IconProgress,
  type TablerIcon,
} from "@tabler/icons-react";
import type {
  AgentStatus,
  ConnectionStatus,
  PostStatus,
  RunStatus,
  StepStatus,
  TargetStatus,
} from "#domain/states.ts";
import type { Target } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";

type Mood = "good" | "busy" | "waits" | "asks" | "bad" | "over" | "rests";

const moods: Record<Mood, { color: string; icon: TablerIcon }> = {
  good: { color: "teal", icon: IconCheck },
  busy: { color: "indigo", icon: IconProgress },
  waits: { color: "blue", icon: IconClock },
  asks: { color: "yellow", icon: IconHandStop },
  bad: { color: "red", icon: IconAlertTriangle },
  over: { color: "gray", icon: IconBan },
  rests: { color: "gray", icon: IconPlayerPause },
};

const posts: Record<PostStatus, Mood> = {
  preparing: "busy",
  awaiting_approval: "asks",
  scheduled: "waits",
  publishing: "busy",
  published: "good",
  partially_published: "bad",
  failed: "bad",
  unconfirmed: "bad",
  blocked: "bad",
  rejected: "over",
  cancelled: "over",
  expired: "over",
};
const targets: Record<TargetStatus, Mood> = {
  pending: "waits",
  preparing: "busy",
  publishing: "busy",
  published: "good",
  failed: "bad",
  unconfirmed: "bad",
  blocked: "bad",
  cancelled: "over",
  expired: "over",
};
const removals: Record<NonNullable<Target["removal"]>["status"], Mood> = {
  requested: "busy",
  removed: "over",
  not_supported: "asks",
  failed: "bad",
  removed_on_platform: "over",
};
const runs: Record<RunStatus, Mood> = {
  queued: "waits",
  running: "busy",
  awaiting_approval: "asks",
  paused: "rests",
  succeeded: "good",
  failed: "bad",
  cancelled: "over",
  skipped: "over",
};
const steps: Record<StepStatus, Mood> = {
  pending: "waits",
  running: "busy",
  succeeded: "good",
  failed: "bad",
  cancelled: "over",
  skipped: "over",
};
const connections: Record<ConnectionStatus, Mood> = {
  pending: "waits",
  active: "good",
  expiring: "asks",
  expired: "bad",
  revoked: "bad",
  invalid: "bad",
  needs_reauthorization: "asks",
};
const agents: Record<AgentStatus, Mood> = { active: "good", paused: "rests", halted: "bad" };

/** A state as a word, a colour and a sign: never by colour alone. */
function StatusBadge({ mood, text, ...rest }: { mood: Mood; text: string } & BadgeProps) {
  const { color, icon: Icon } = moods[mood];
  return (
    <Badge
      color={color}
      variant="light"
      size="lg"
      radius="sm"
      tt="none"
      leftSection={<Icon size={14} aria-hidden />}
      {...rest}
    >
      {text}
    </Badge>
  );
}

export const PostBadge = ({ status }: { status: PostStatus }) => (
  <StatusBadge mood={posts[status]} text={texts.postStatus[status]} />
);
export const TargetBadge = ({ status }: { status: TargetStatus }) => (
  <StatusBadge mood={targets[status]} text={texts.targetStatus[status]} />
);
export const RemovalBadge = ({ status }: Pick<NonNullable<Target["removal"]>, "status">) => (
  <StatusBadge mood={removals[status]} text={texts.posts.removal[status]} />
);
/** Beside the state of a post that is long past its time and not done. */
export const OverdueBadge = () => <StatusBadge mood="bad" text={texts.posts.overdue} />;
export const RunBadge = ({ status }: { status: RunStatus }) => (
  <StatusBadge mood={runs[status]} text={texts.runStatus[status]} />
);
/** A step that is under way and `asks` waits for a person. */
export const StepBadge = ({ status, asks }: { status: StepStatus; asks: boolean }) =>
  asks && status === "running" ? (
    <StatusBadge mood="asks" text={texts.runs.waitsForPerson} size="md" />
  ) : (
    <StatusBadge mood={steps[status]} text={texts.stepStatus[status]} size="md" />
  );
export const ConnectionBadge = ({ status }: { status: ConnectionStatus }) => (
  <StatusBadge mood={connections[status]} text={texts.connectionStatus[status]} />
);
/** An account that was disconnected here and is kept for what refers to it. */
export const DisconnectedBadge = () => (
  <StatusBadge mood="over" text={texts.connections.partedState} />
);
export const AgentBadge = ({ status }: { status: AgentStatus }) => (
  <StatusBadge mood={agents[status]} text={texts.agentStatus[status]} />
);
export const KeyBadge = ({ status }: { status: string }) => (
  <StatusBadge
    mood={status === "active" ? "good" : "over"}
    text={texts.keyStatus[status] ?? status}
  />
);
