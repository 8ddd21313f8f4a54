import { expect, test } from "vitest";
import { describePlace } from "./place-postgres.ts";

test("says in one sentence what PostgreSQL keeps elsewhere, and nothing where it keeps nothing", () => {
  expect(describePlace({})).toEqual([]);
  expect(describePlace({ files: "/var/lib/drumbeat/1" })).toEqual([
    "PostgreSQL works as a user of its own, so it keeps its files in /var/lib/drumbeat/1.",
  ]);
  expect(
    describePlace({ files: "/var/lib/drumbeat/1", programs: "/var/lib/drumbeat/postgresql-18" }),
  ).toEqual([
    "PostgreSQL works as a user of its own, so it keeps its files in /var/lib/drumbeat/1 and runs from /var/lib/drumbeat/postgresql-18.",
  ]);
});
