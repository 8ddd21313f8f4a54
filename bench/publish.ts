/**
 * `npm run bench:publish`: posts that are due at the same second, published by the product on the one-machine default,
 * beside bare workflows with a timer and one empty activity on the same Temporal server, in turns in one run. The last
 * line is JSON.
 */
import "./lib/record-statements.ts";
import { Client, Connection } from "@temporalio/client";
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { register } from "#test/harness/client.ts";
import { startServices } from "#test/harness/start-services.ts";
import { chaosClient, type ChaosClient } from "../test/chaos/lib/chaos-client.ts";
import { connectAccount } from "../test/chaos/lib/connect-account.ts";
import { startMachine, type Machine } from "../test/chaos/lib/machine.ts";
import { createProgress } from "../scripts/lib/progress.mjs";
import { countOnePublish } from "./lib/count-one-publish.ts";

const posts = 500;
const rounds = 2;
/** Accounts that the posts are spread over. */
const accounts = 10;
/** Ahead of the due time, so that all are accepted before, on a busy machine too. */
const aheadMs = { ours: 75_000, bare: 20_000 };
const patienceMs = 240_000;
const namespace = "default";
const bareQueue = "bare";

/** Milliseconds after the due time, of each. */
type Lateness = number[];

const root = path.dirname(import.meta.dirname);
const cacheDir = path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache");
const say = (line: string) => console.log(line);

const counted = await countOne();
const machine = await startMachine({ cacheDir, plantedBug: false, cutLinks: false, say });
try {
  report(await measure(machine), counted);
} finally {
  await machine.stop({ keep: false });
}

/** What one publish costs, counted on a product that does nothing else. */
async function countOne() {
  const services = await startServices({
    cacheDir,
    progress: createProgress({ stream: process.stdout }),
  });
  Object.assign(process.env, services.env);
  try {
    return await countOnePublish();
  } finally {
    await services.stop();
  }
}

async function measure(on: Machine): Promise<{ ours: Lateness[]; bare: Lateness[] }> {
  const patience = AbortSignal.timeout(30 * 60_000);
  const cookie = await register(on.origin, {
    name: "Ada",
    email: "ada@example.org",
    password: "correct-horse-battery",
  });
  const author = chaosClient({ origin: on.origin, cookie, signal: patience });
  const channels = await connectAccounts(on, author);
  const connection = await Connection.connect({ address: on.temporalAddress });
  const client = new Client({ connection, namespace });
  const worker = fork(
    path.join(import.meta.dirname, "bare-worker.ts"),
    [on.temporalAddress, namespace, bareQueue],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  await once(worker, "message");
  const found: { ours: Lateness[]; bare: Lateness[] } = { ours: [], bare: [] };
  try {
    let published = 0;
    for (let round = 0; round <= rounds; round += 1) {
      const order = round % 2 === 0 ? (["ours", "bare"] as const) : (["bare", "ours"] as const);
      for (const who of order) {
        const late =
          who === "ours" ? await publishAll(on, author, channels) : await runBare(client, round);
        // What a publish leaves to do is its own: the other starts when it is done.
        if (who === "ours") {
          published += posts;
          await untilMeasured(on, published);
        }
        say(
          `${who}: ${perSecond(late).toFixed(1)} per second, p99 ${quantile(late, 0.99)} ms late`,
        );
        // The first round warms up.
        if (round > 0) found[who].push(late);
      }
    }
  } finally {
    worker.disconnect();
    await once(worker, "exit");
    await connection.close();
  }
  return found;
}

async function connectAccounts(on: Machine, author: ChaosClient): Promise<string[]> {
  const channels: string[] = [];
  for (let number = 1; number <= accounts; number += 1) {
    const user = `bench${number}`;
    const made = await fetch(`${on.sandboxUrl}/_accounts`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user, rateLimit: { requests: 1_000_000, windowSeconds: 60 } }),
    });
    if (!made.ok) throw new Error(`the sandbox answered ${made.status} to an account`);
    channels.push(await connectAccount({ client: author, user }));
  }
  return channels;
}

/** Accepts all posts, waits for their time, and reads from the network's own log when each came out. */
async function publishAll(on: Machine, author: ChaosClient, channels: string[]): Promise<Lateness> {
  const before = (await acceptedAt(on)).length;
  const dueAt = dueSecond(aheadMs.ours);
  await inTurns(posts, async (number) => {
    const { status, body } = await author.ask("POST", "/v1/posts", {
      content: { text: `bench ${dueAt} ${number}` },
      targets: [{ channelId: channels[number % channels.length] }],
      schedule: { mode: "at", at: new Date(dueAt).toISOString() },
      approval: "none",
    });
    if (status !== 202) throw new Error(`a post was answered ${status}: ${JSON.stringify(body)}`);
  });
  if (Date.now() > dueAt) throw new Error("the posts were due before all were accepted");
  const times = await untilAll(async () => (await acceptedAt(on)).slice(before));
  return times.map((at) => at - dueAt);
}

async function runBare(client: Client, round: number): Promise<Lateness> {
  const dueAt = dueSecond(aheadMs.bare);
  const handles = await inTurns(posts, (number) =>
    client.workflow.start("bare", {
      workflowId: `bare/${round}/${number}`,
      taskQueue: bareQueue,
      args: [{ dueAt, taskQueue: bareQueue }],
    }),
  );
  const times = await Promise.all(handles.map((handle) => handle.result() as Promise<number>));
  return times.map((at) => at - dueAt);
}

/** Waits until so many posts were measured for the first time. */
async function untilMeasured(on: Machine, count: number): Promise<void> {
  const database = new pg.Client({ connectionString: on.superuserUrl });
  await database.connect();
  try {
    const until = Date.now() + patienceMs;
    for (;;) {
      const { rows } = await database.query<{ count: number }>(
        "select count(*)::int as count from metric_snapshot where slot = 'first'",
      );
      if ((rows[0]?.count ?? 0) >= count) return;
      if (Date.now() > until) throw new Error(`not all of ${count} posts were measured in time`);
      await sleep(500);
    }
  } finally {
    await database.end();
  }
}

async function acceptedAt(on: Machine): Promise<number[]> {
  const answer = await fetch(`${on.sandboxUrl}/_log`);
  const log = (await answer.json()) as { acceptedAt: string }[];
  return log.map((entry) => Date.parse(entry.acceptedAt));
}

async function untilAll(read: () => Promise<number[]>): Promise<number[]> {
  const until = Date.now() + aheadMs.ours + patienceMs;
  for (;;) {
    const times = await read();
    if (times.length >= posts) return times;
    if (Date.now() > until) throw new Error(`only ${times.length} of ${posts} came out in time`);
    await sleep(500);
  }
}

/** A whole second, some time ahead. */
function dueSecond(ahead: number): number {
  return Math.ceil((Date.now() + ahead) / 1_000) * 1_000;
}

/** Does it so often, eight at a time. */
async function inTurns<Made>(
  count: number,
  make: (number: number) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < count) {
        const number = next;
        next += 1;
        made[number] = await make(number);
      }
    }),
  );
  return made;
}

/** From the due time until the last was out. */
function perSecond(late: Lateness): number {
  return late.length / (Math.max(...late) / 1_000);
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
}

function median(values: number[]): number {
  return quantile(values, 0.5);
}

function report(
  found: { ours: Lateness[]; bare: Lateness[] },
  one: { historyEvents: number; sqlStatements: number },
): void {
  const middle = (rates: number[]) =>
    rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
  const ours = middle(found.ours.map(perSecond));
  const bare = middle(found.bare.map(perSecond));
  const rounded = (value: number, by: number) => Math.round(value * by) / by;
  say(
    JSON.stringify({
      oursPerSecond: rounded(ours, 10),
      barePerSecond: rounded(bare, 10),
      ratio: rounded(ours / bare, 100),
      latenessP50Ms: median(found.ours.map((late) => quantile(late, 0.5))),
      latenessP99Ms: median(found.ours.map((late) => quantile(late, 0.99))),
      bareLatenessP99Ms: median(found.bare.map((late) => quantile(late, 0.99))),
      ...one,
    }),
  );
}
