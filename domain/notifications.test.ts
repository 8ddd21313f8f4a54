import { describe, expect, test } from "vitest";
import {
  completeChoices,
  notificationKindOf,
  notificationKinds,
  notificationPath,
  notificationTitle,
  recipientsOf,
  usualChoices,
  type NotificationKind,
} from "./notifications.ts";
import type { MemberRole } from "./states.ts";

const roles: MemberRole[] = ["viewer", "approver", "editor", "admin", "owner"];
const members = roles.map((role) => ({ userId: role, role, choices: null }));

test.each<[NotificationKind, MemberRole[]]>([
  ["needs_approval", ["approver", "editor", "admin", "owner"]],
  ["failed", ["editor", "admin", "owner"]],
  ["unconfirmed", ["editor", "admin", "owner"]],
  ["blocked", ["editor", "admin", "owner"]],
  ["overdue", ["editor", "admin", "owner"]],
  ["connection", ["editor", "admin", "owner"]],
  ["agent_halted", ["editor", "admin", "owner"]],
  ["limit_near", ["admin", "owner"]],
])("%s is for who may act on it: %j", (kind, expected) => {
  expect(recipientsOf(kind, members)).toEqual(
    expected.map((userId) => ({ userId, ways: usualChoices[kind] })),
  );
});

test("everybody gets it the way they chose, and not at all where they chose none", () => {
  const one = (choices: object | null) => [{ userId: "a", role: "owner" as const, choices }];
  expect(recipientsOf("failed", one({ failed: ["chat"] }))).toEqual([
    { userId: "a", ways: ["chat"] },
  ]);
  expect(recipientsOf("failed", one({ failed: [] }))).toEqual([]);
  // A choice for another kind says nothing on this one.
  expect(recipientsOf("failed", one({ blocked: [] }))).toEqual([
    { userId: "a", ways: ["console"] },
  ]);
});

test("what waits for a person comes by e-mail unless they choose otherwise", () => {
  const mailed = notificationKinds.filter((kind) => usualChoices[kind].includes("email"));
  expect(mailed).toEqual(["needs_approval", "unconfirmed", "blocked", "connection"]);
  for (const kind of notificationKinds) expect(usualChoices[kind]).toContain("console");
  expect(completeChoices({ failed: [] })).toEqual({ ...usualChoices, failed: [] });
  expect(completeChoices(undefined)).toEqual(usualChoices);
});

test.each(["post.published", "post.scheduled", "connection.active", "constructor", ""])(
  "%j needs nobody",
  (type) => expect(notificationKindOf(type)).toBeUndefined(),
);

describe("the words and the page", () => {
  test.each<[NotificationKind | "test", string, string | null, string, string]>([
    ["needs_approval", "post", "Ada", "A post for Ada waits for approval", "/approvals/id"],
    ["failed", "post", null, "A post failed", "/posts/id"],
    ["failed", "run", "Scout", "A run of the agent Scout failed", "/runs/id"],
    ["overdue", "post", "Ada", "A post for Ada is overdue", "/posts/id"],
    ["connection", "connection", "Ada", "The account Ada must be connected again", "/connections"],
    ["agent_halted", "agent", "Scout", "The agent Scout was halted", "/agents"],
    ["limit_near", "workspace", null, "The workspace has few credits left", "/"],
    ["test", "member", null, "This is a test: notifications reach you here", "/"],
  ])("of %s, %s %s", (kind, subjectKind, name, title, path) => {
    const subject = { kind, subjectKind, subjectId: "id", name };
    expect(notificationTitle(subject)).toBe(title);
    expect(notificationPath(subject)).toBe(path);
  });
});
