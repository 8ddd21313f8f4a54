import { expect, it } from "vitest";
import { confine, confinedCommand, isStartFailure } from "./confine.ts";

const all = { unshareNetwork: true, dieWithParent: true, limits: true };
const limits = { memoryBytes: 1000, cpuSeconds: 5 };
const env = { PATH: "/bin", DATABASE_URL: "postgres://secret", HOME: "/home/x" };

it("puts every tool that works before the command, and passes on no secret", () => {
  expect(
    confinedCommand({ command: ["ffmpeg", "-i", "x"], tools: all, limits, env }).join(" "),
  ).toBe(
    "unshare --net -- setpriv --pdeathsig KILL -- prlimit --data=1000 --cpu=5 --core=0 -- " +
      "env -i PATH=/bin HOME=/home/x ffmpeg -i x",
  );
});

it("does without the tools that are not there", () => {
  const none = { unshareNetwork: false, dieWithParent: false, limits: false };
  expect(confinedCommand({ command: ["ffmpeg"], tools: none, limits, env })).toEqual([
    "env",
    "-i",
    "PATH=/bin",
    "HOME=/home/x",
    "ffmpeg",
  ]);
});

it("confines no second time what is confined, but lets it die with its parent", () => {
  expect(
    confinedCommand({ command: ["ffmpeg"], tools: all, limits: "inherited", env: {} }).join(" "),
  ).toBe("setpriv --pdeathsig KILL -- env -i ffmpeg");
});

it("gives a command that runs on this machine", async () => {
  const { execFileSync } = await import("node:child_process");
  const { file, args } = await confine(["echo", "hello"], { memoryBytes: 10 ** 8, cpuSeconds: 5 });
  expect(execFileSync(file, args, { encoding: "utf8" })).toBe("hello\n");
});

it("tells a failed start from a program's own complaint", () => {
  expect(isStartFailure("env: 'ffmpeg': No such file or directory\n")).toBe(true);
  expect(isStartFailure("prlimit: failed to set the CPU resource limit")).toBe(true);
  expect(isStartFailure("[mov] moov atom not found")).toBe(false);
});
