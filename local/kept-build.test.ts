import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findBuild, removeOldBuilds, type Build } from "./kept-build.ts";

const build: Build = { name: "thing", sources: ["src/**/*"], ending: ".js" };
let root: string;
let cacheDir: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "drumbeat-kept-"));
  cacheDir = path.join(root, "cache");
  await mkdir(path.join(root, "src"));
  await writeFile(path.join(root, "src", "a.ts"), "one");
});

afterEach(() => rm(root, { recursive: true, force: true }));

it("is there for as long as the sources stay as they are", async () => {
  const first = await findBuild(build, { root, cacheDir });
  expect(first.built).toBe(false);
  await writeFile(first.file, "built");
  await writeFile(path.join(root, "src", "a.test.ts"), "tests build nothing");
  expect(await findBuild(build, { root, cacheDir })).toEqual({ ...first, built: true });
  await writeFile(path.join(root, "src", "a.ts"), "two");
  expect(await findBuild(build, { root, cacheDir })).toMatchObject({ built: false });
});

it("keeps those that were used last, untroubled by what goes while it looks", async () => {
  await findBuild(build, { root, cacheDir });
  const dir = path.join(cacheDir, "thing");
  for (const [age, name] of ["new", "b", "c", "d", "old"].entries()) {
    await writeFile(path.join(dir, name), "");
    await utimes(path.join(dir, name), 1_000 - age, 1_000 - age);
  }
  // Listed, and not there when it is looked at: as what another start has just renamed.
  await symlink(path.join(dir, "nowhere"), path.join(dir, "renamed"));
  await removeOldBuilds(build, { cacheDir });
  expect((await readdir(dir)).toSorted()).toEqual(["b", "c", "d", "new"]);
});
