import { expect, it } from "vitest";
import type { Attempt } from "#web/lib/api/types.ts";
import { historyOf } from "./history-of.ts";

const attempt = (more: Partial<Attempt>) =>
  ({ targetId: "t", part: 0, number: 1, step: "publish", ...more }) as Attempt;

it("puts attempts among the changes of state, by their time", () => {
  const entries = historyOf({
    attempts: [
      attempt({ startedAt: "2027-01-01T10:00:02.000Z" }),
      attempt({ number: 2, startedAt: "2027-01-01T10:00:04.000Z" }),
    ],
    events: [
      { type: "post.scheduled", at: "2027-01-01T10:00:00.000Z", data: {} },
      { type: "post.published", at: "2027-01-01T10:00:05.000Z", data: {} },
      { type: "post.overdue", at: "2027-01-01T10:00:03.000Z", data: {} },
      { type: "target.published", at: "2027-01-01T10:00:05.000Z", data: {} },
      { type: "post.measured", at: "2027-01-01T11:00:05.000Z", data: {} },
    ],
  });
  expect(entries.map(({ text, attempt: tried }) => text ?? tried?.number)).toEqual([
    "The post: Scheduled",
    1,
    "The post: Overdue",
    2,
    "The post: Published",
  ]);
});
