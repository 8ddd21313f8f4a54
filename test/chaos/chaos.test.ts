import { spawn } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

interface Run {
  code: number | null;
  result: Record<string, number>;
  /** What it said on the way, and each violation. */
  said: string;
}

/** `npm run chaos`, as a process of its own. */
function runChaos(args: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["test/chaos/run.ts", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => (printed += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      // It takes minutes: it is seen to live.
      process.stderr.write(bytes);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      const last = printed.trim().split("\n").at(-1) ?? "";
      if (!last.startsWith("{")) reject(new Error(`no result:\n${said}`));
      else resolve({ code, said, result: JSON.parse(last) as Record<string, number> });
    });
  });
}

const minutes = 60_000;

it(
  "300 posts under fire: none lost, none published twice, none published after its cancel",
  async () => {
    const { code, result, said } = await runChaos([
      "--posts",
      "300",
      "--seed",
      "5",
      "--minutes",
      "7",
    ]);
    expect(result, said).toMatchObject({
      posts: 300,
      accepted: 300,
      duplicated: 0,
      lost: 0,
      publishedAfterCancel: 0,
      wronglyFailed: 0,
    });
    expect(result["kills"]).toBeGreaterThanOrEqual(30);
    expect(result["faults"]).toBeGreaterThan(0);
    expect(code, said).toBe(0);
  },
  14 * minutes,
);

it(
  "a delivery that goes round the ledger is found out",
  async () => {
    const { code, result } = await runChaos([
      "--planted-bug",
      "--posts",
      "100",
      "--seed",
      "1",
      "--minutes",
      "2",
      "--kills",
      "6",
    ]);
    expect(result["duplicated"]).toBeGreaterThan(0);
    expect(code).toBe(1);
  },
  9 * minutes,
);
