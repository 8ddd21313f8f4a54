/** What people are told of, who, how, and in which words. */
import { scopesOfRole, type Scope } from "./permissions.ts";
import type { MemberRole } from "./states.ts";

export const notificationKinds = [
  "needs_approval",
  "failed",
  "unconfirmed",
  "blocked",
  "overdue",
  "connection",
  "agent_halted",
  "limit_near",
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

export const notificationWays = ["console", "email", "chat"] as const;
export type NotificationWay = (typeof notificationWays)[number];

export type NotificationChoices = Record<NotificationKind, NotificationWay[]>;

/** What somebody gets who has chosen nothing: in the console all, by e-mail what waits for a person. */
export const usualChoices: Readonly<NotificationChoices> = {
  needs_approval: ["console", "email"],
  failed: ["console"],
  unconfirmed: ["console", "email"],
  blocked: ["console", "email"],
  overdue: ["console"],
  connection: ["console", "email"],
  agent_halted: ["console"],
  limit_near: ["console"],
};

/** Of 100 credits granted, the last so many are near the end. */
export const creditsNearPercent = 10;

const kinds: Readonly<Record<string, NotificationKind>> = {
  "post.awaiting_approval": "needs_approval",
  "post.failed": "failed",
  "post.partially_published": "failed",
  "run.failed": "failed",
  "post.unconfirmed": "unconfirmed",
  "post.blocked": "blocked",
  "post.overdue": "overdue",
  "connection.expired": "connection",
  "connection.revoked": "connection",
  "connection.invalid": "connection",
  "connection.needs_reauthorization": "connection",
  "agent.halted": "agent_halted",
  "workspace.credits_low": "limit_near",
};

/** What an event means for people; undefined where it needs nobody. */
export function notificationKindOf(eventType: string): NotificationKind | undefined {
  return Object.hasOwn(kinds, eventType) ? kinds[eventType] : undefined;
}

/** What somebody must be allowed to do to act on it: others need not know. */
const actingScope: Readonly<Record<NotificationKind, Scope>> = {
  needs_approval: "posts:approve",
  failed: "posts:write",
  unconfirmed: "posts:write",
  blocked: "posts:write",
  overdue: "posts:write",
  connection: "connections:write",
  agent_halted: "agents:write",
  limit_near: "workspace:write",
};

export interface NotifiableMember {
  userId: string;
  role: MemberRole;
  /** What they chose, for some kinds or all; null where they chose nothing. */
  choices: Partial<NotificationChoices> | null;
}

/** Whom of the members a notification of this kind is for, and by which ways. */
export function recipientsOf(
  kind: NotificationKind,
  members: readonly NotifiableMember[],
): { userId: string; ways: NotificationWay[] }[] {
  return members
    .filter(({ role }) => scopesOfRole(role).includes(actingScope[kind]))
    .map(({ userId, choices }) => ({ userId, ways: choices?.[kind] ?? usualChoices[kind] }))
    .filter(({ ways }) => ways.length > 0);
}

/** What was chosen, and the usual for the rest. */
export function completeChoices(
  choices: Partial<NotificationChoices> | null | undefined,
): NotificationChoices {
  return { ...usualChoices, ...choices };
}

/** What it is about: a kind of row and the name that people know it by, of a channel or an agent, say. */
export interface NotificationSubject {
  kind: NotificationKind | "test";
  subjectKind: string;
  subjectId: string;
  name: string | null;
}

/** One line on what happened. No content of posts. */
export function notificationTitle({ kind, subjectKind, name }: NotificationSubject): string {
  const where = name ? ` for ${name}` : "";
  switch (kind) {
    case "needs_approval":
      return `A post${where} waits for approval`;
    case "failed":
      return subjectKind === "run"
        ? `A run of the agent ${name ?? ""} failed`.replace("  ", " ")
        : `A post${where} failed`;
    case "unconfirmed":
      return `Nobody knows whether a post${where} is out: look, and decide`;
    case "blocked":
      return `A post${where} waits for its account to be connected again`;
    case "overdue":
      return `A post${where} is overdue`;
    case "connection":
      return `The account ${name ?? ""} must be connected again`.replace("  ", " ");
    case "agent_halted":
      return `The agent ${name ?? ""} was halted`.replace("  ", " ");
    case "limit_near":
      return "The workspace has few credits left";
    case "test":
      return "This is a test: notifications reach you here";
  }
}

/** The console's page on which it is decided, from the origin on. */
export function notificationPath({ kind, subjectKind, subjectId }: NotificationSubject): string {
  if (kind === "needs_approval") return `/approvals/${subjectId}`;
  switch (subjectKind) {
    case "post":
      return `/posts/${subjectId}`;
    case "run":
      return `/runs/${subjectId}`;
    case "agent":
      return "/agents";
    case "connection":
      return "/connections";
    default:
      return "/";
  }
}

/** So long others are waited for that go into the same message. Milliseconds. */
export const notificationGroupingMs = 60_000;

/** A message that could not be sent for so long is given up. Milliseconds. */
export const notificationGivenUpMs = 24 * 60 * 60 * 1000;
