/**
 * `npm run bench:api`: creating a post, reading one and listing 50, by the API and by a bare Fastify route that sends
 * the same statements by the plain driver, in turns in one run. The last line is JSON.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { insertRow } from "#db/insert-row.ts";
import { Channel, Connection } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace } from "#db/orm.ts";
import { initKeyRing } from "#db/vault/key-ring.ts";
import { createTestDatabase } from "#test/harness/database.ts";
import { startServices } from "#test/harness/start-services.ts";
import { createProgress } from "../scripts/lib/progress.mjs";
import { load, type Load, type Shot } from "./lib/load.ts";
import { openBenchApi } from "./lib/open-bench-api.ts";
import { recordStatements } from "./lib/record-statements.ts";
import { templateOf } from "./lib/statement-template.ts";

const rounds = 5;
const clients = 8;
const perRound = { create: 400, read: 800, list: 200 };
const names = ["create", "read", "list"] as const;
type Name = (typeof names)[number];

const root = path.dirname(import.meta.dirname);
const services = await startServices({
  cacheDir: path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache"),
  progress: createProgress({ stream: process.stdout }),
});
Object.assign(process.env, services.env);
const folder = await mkdtemp(path.join(os.tmpdir(), "drumbeat-bench-"));
const children: ChildProcess[] = [];
try {
  await main();
} finally {
  for (const child of children) {
    if (!child.connected) continue;
    child.disconnect();
    await once(child, "exit");
  }
  await rm(folder, { recursive: true, force: true });
  await services.stop();
}

async function main(): Promise<void> {
  const database = await createTestDatabase();
  await initKeyRing(path.join(folder, "key-ring.json"));
  const { shots, statements } = await prepare(database.url);
  const origins = {
    drumbeat: await serve("drumbeat", database.url),
    bare: await serve("bare", database.url),
  };
  const found = Object.fromEntries(
    names.map((name) => [name, { drumbeat: [] as Load[], bare: [] as Load[] }]),
  ) as Record<Name, Record<"drumbeat" | "bare", Load[]>>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      for (const who of round % 2 === 0
        ? (["drumbeat", "bare"] as const)
        : (["bare", "drumbeat"] as const)) {
        const { shot, status } = shots[name];
        const measured = await load({
          origin: origins[who],
          shot: who === "drumbeat" ? shot : { ...shot, path: `/${name}` },
          clients,
          count: perRound[name],
          status,
        });
        // The first round warms up.
        if (round > 0) found[name][who].push(measured);
      }
    }
  }
  report(found, statements);
}

/** A workspace with a key, a channel and 60 posts; the requests; and what each sends to the database. */
async function prepare(databaseUrl: string) {
  const { app, orm } = await openBenchApi({ databaseUrl, folder, poolSize: 5 });
  const registered = await app.inject({
    method: "POST",
    url: "/v1/auth/register",
    payload: { name: "Bench", email: "bench@example.com", password: "correct horse battery" },
  });
  const workspaceId = registered.json<{ workspace: { id: string } }>().workspace.id;
  const [cookie] = registered.cookies;
  const made = await app.inject({
    method: "POST",
    url: "/v1/api-keys",
    headers: { cookie: `${cookie?.name}=${cookie?.value}` },
    payload: { name: "bench", scopes: ["posts:read", "posts:write", "posts:publish"] },
  });
  const [connectionId, channelId] = [newId(), newId()];
  await inWorkspace(orm, workspaceId).transactional(async (em) => {
    await insertRow(em, Connection, {
      id: connectionId,
      workspaceId,
      platform: "sandbox",
      status: "active",
    });
    await insertRow(em, Channel, {
      id: channelId,
      workspaceId,
      connectionId,
      platform: "sandbox",
      remoteId: "bench",
      kind: "profile",
      name: "Bench",
    });
  });
  const body = JSON.stringify({
    content: { text: "A post of ordinary length, as people write them every day." },
    targets: [{ channelId }],
    schedule: { mode: "at", at: "2030-01-01T12:00:00Z" },
  });
  const headers = {
    authorization: `Bearer ${made.json<{ key: string }>().key}`,
    "content-type": "application/json",
  };
  const create: Shot = { method: "POST", path: "/v1/posts", headers, body: () => body };
  const ask = async (shot: Shot) => {
    const answer = await app.inject({
      method: shot.method,
      url: shot.path,
      headers: shot.headers,
      ...(shot.body ? { payload: shot.body() } : {}),
    });
    if (answer.statusCode >= 300) throw new Error(`${shot.path}: ${answer.body}`);
    return { status: answer.statusCode, body: answer.json<{ id: string }>() };
  };
  let id = "";
  for (let count = 0; count < 60; count += 1) id = (await ask(create)).body.id;
  const shots = {
    create: { shot: create, status: 202 },
    read: { shot: { method: "GET", path: `/v1/posts/${id}`, headers }, status: 200 },
    list: { shot: { method: "GET", path: "/v1/posts?limit=50", headers }, status: 200 },
  } satisfies Record<Name, { shot: Shot; status: number }>;
  const templates: Record<string, unknown> = {};
  const statements = {} as Record<Name, number>;
  for (const name of names) {
    const record = () => recordStatements(async () => void (await ask(shots[name].shot)));
    const template = templateOf(await record(), await record());
    statements[name] = template.statements.length;
    templates[name] = { template, answer: await ask(shots[name].shot) };
    if (process.env["BENCH_SHOW_SQL"])
      for (const { text } of template.statements) console.log(`${name}: ${text.slice(0, 160)}`);
  }
  await writeFile(path.join(folder, "templates.json"), JSON.stringify(templates));
  await app.close();
  await orm.close();
  return { shots, statements };
}

async function serve(kind: "drumbeat" | "bare", databaseUrl: string): Promise<string> {
  const child = fork(path.join(import.meta.dirname, "api-server.ts"), [kind, databaseUrl, folder]);
  children.push(child);
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return `http://127.0.0.1:${port}`;
}

function report(
  found: Record<Name, Record<"drumbeat" | "bare", Load[]>>,
  statements: Record<Name, number>,
): void {
  const ratios = {} as Record<Name, number>;
  for (const name of names) {
    const { drumbeat, bare } = found[name];
    ratios[name] = median(
      drumbeat.map((one, round) => one.requestsPerSecond / (bare[round]?.requestsPerSecond ?? 1)),
    );
    for (const [who, loads] of Object.entries({ drumbeat, bare })) {
      const perSecond = median(loads.map((one) => one.requestsPerSecond)).toFixed(0);
      const p99 = median(loads.map((one) => one.p99)).toFixed(1);
      console.log(`${name.padEnd(7)}${who.padEnd(9)}${perSecond.padStart(6)}/s   p99 ${p99} ms`);
    }
  }
  const rounded = (value: number) => Math.round(value * 100) / 100;
  console.log(
    JSON.stringify({
      createRatio: rounded(ratios.create),
      readRatio: rounded(ratios.read),
      listRatio: rounded(ratios.list),
      sqlPerCreate: statements.create,
      sqlPerRead: statements.read,
      sqlPerList: statements.list,
    }),
  );
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
