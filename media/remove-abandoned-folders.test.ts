import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeAbandonedFolders } from "./remove-abandoned-folders.ts";
import { withTempFolder } from "./with-temp-folder.ts";

/** A process that holds a temporary folder with a file in it, until it is killed. */
const HOLDER = `
  import { mkdir, writeFile } from "node:fs/promises";
  import { withTempFolder } from ${JSON.stringify(new URL("./with-temp-folder.ts", import.meta.url).href)};
  await withTempFolder(async (folder) => {
    await mkdir(folder + "/deeper");
    await writeFile(folder + "/deeper/upload", "half of it");
    process.stdout.write(folder);
    await new Promise((done) => setTimeout(done, 10 * 60_000));
  });
`;

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "abandoned-"));
});
afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

async function hold() {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", HOLDER], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: parent },
  });
  const exited = once(child, "exit");
  const [data] = (await once(child.stdout, "data")) as [Buffer];
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { folder: basename(data.toString()), pid: child.pid ?? 0, kill };
}

async function removeAll() {
  const errors: unknown[] = [];
  await removeAbandonedFolders({ parent, onError: (error) => errors.push(error) });
  expect(errors).toEqual([]);
  return (await readdir(parent)).toSorted();
}

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60_000);
const host = hostname()
  .toLowerCase()
  .replaceAll(/[^a-z0-9]+/g, "-");
const uuid = "00000000-0000-4000-8000-000000000000";

it("removes what a killed process left, and nothing of those that live", async () => {
  const [killed, living] = await Promise.all([hold(), hold()]);
  try {
    await withTempFolder(async (folder) => {
      // However long somebody works with it.
      await utimes(join(parent, living.folder), daysAgo(2), daysAgo(2));
      const before = [killed.folder, living.folder, basename(folder)].toSorted();
      expect(await removeAll()).toEqual(before);
      await killed.kill();
      expect(await removeAll()).toEqual(before.filter((name) => name !== killed.folder));
      expect((await stat(folder)).mode & 0o077).toBe(0);
    }, parent);
    expect(await removeAll()).toEqual([living.folder]);
  } finally {
    await Promise.all([killed.kill(), living.kill()]);
  }
  expect(await removeAll()).toEqual([]);
});

it.runIf(process.platform === "linux")(
  "is not deceived by a process id that was given again",
  async () => {
    for (const pid of [process.pid, process.ppid])
      await mkdir(join(parent, `.drumbeat-${host}.${pid}.1.${uuid}`));
    expect(await removeAll()).toEqual([]);
  },
);

it("leaves alone what is not ours, and what another machine may be working with", async () => {
  const elsewhere = `.drumbeat-other-machine.4000001.1.${uuid}`;
  const old = `.drumbeat-other-machine.4000002.1.${uuid}`;
  const dead = `.drumbeat-${host}.4000001.1.${uuid}`;
  for (const name of [elsewhere, old, "somebody", dead]) await mkdir(join(parent, name));
  await utimes(join(parent, old), daysAgo(2), daysAgo(2));
  await writeFile(join(parent, `.drumbeat-${host}.4000003.1.${uuid}`), "a file");
  await writeFile(join(parent, "somebody", "kept"), "");
  await symlink(join(parent, "somebody"), join(parent, `.drumbeat-${host}.4000004.1.${uuid}`));
  expect(await removeAll()).toEqual(
    [
      `.drumbeat-${host}.4000003.1.${uuid}`,
      `.drumbeat-${host}.4000004.1.${uuid}`,
      elsewhere,
      "somebody",
    ].toSorted(),
  );
  expect(await readdir(join(parent, "somebody"))).toEqual(["kept"]);
});

it("tells what can't be done instead of keeping a process from its start", async () => {
  const errors: unknown[] = [];
  const gone = join(parent, "gone");
  await removeAbandonedFolders({ parent: gone, onError: (error) => errors.push(error) });
  expect(errors).toMatchObject([{ code: "ENOENT" }]);
});
