import { expect, it } from "vitest";
import type { Post, Target } from "#web/lib/api/types.ts";
import { isTakenDown } from "./is-taken-down.ts";

const target = (status: Target["status"], removal?: NonNullable<Target["removal"]>["status"]) =>
  ({
    status,
    parts: [],
    removal: removal ? { status: removal, detail: "", at: "" } : null,
  }) as Partial<Target> as Target;
const post = (...targets: Target[]): Pick<Post, "targets"> => ({ targets });

it("takes a post for taken down where all of it that was out is gone", () => {
  expect(isTakenDown(post(target("published", "removed")))).toBe(true);
  expect(isTakenDown(post(target("published", "removed_on_platform"), target("failed")))).toBe(
    true,
  );
  expect(isTakenDown(post(target("published", "removed"), target("published")))).toBe(false);
  expect(isTakenDown(post(target("published", "requested")))).toBe(false);
  expect(isTakenDown(post(target("published", "failed")))).toBe(false);
  expect(isTakenDown(post(target("cancelled")))).toBe(false);
});
