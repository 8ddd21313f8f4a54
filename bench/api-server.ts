/**
 * One server of `npm run bench:api`, in a process of its own: `drumbeat` is the API, `bare` is Fastify with the plain
 * driver, sending the statements that the API was seen to send. Both take the same pool.
 */
import Fastify from "fastify";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { play, type StatementTemplate } from "./lib/statement-template.ts";
import { openBenchApi } from "./lib/open-bench-api.ts";

const [kind = "", databaseUrl = "", folder = ""] = process.argv.slice(2);
const poolSize = 10;

const listening = kind === "drumbeat" ? await serveDrumbeat() : await serveBare();
process.send?.({ port: listening.port });
process.once("disconnect", () => process.exit());

async function serveDrumbeat(): Promise<AddressInfo> {
  const { app } = await openBenchApi({ databaseUrl, folder, poolSize });
  await app.listen({ host: "127.0.0.1", port: 0 });
  return app.server.address() as AddressInfo;
}

async function serveBare(): Promise<AddressInfo> {
  const templates = JSON.parse(await readFile(`${folder}/templates.json`, "utf8")) as Record<
    string,
    { template: StatementTemplate; answer: { status: number; body: unknown } }
  >;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize });
  const app = Fastify();
  for (const [name, { template, answer }] of Object.entries(templates)) {
    app.route({
      method: name === "create" ? "POST" : "GET",
      url: `/${name}`,
      handler: async (_request, reply) => {
        await run(pool, play(template));
        return reply.code(answer.status).send(answer.body);
      },
    });
  }
  await app.listen({ host: "127.0.0.1", port: 0 });
  return app.server.address() as AddressInfo;
}

/** As the API does: a transaction has one connection, a statement outside of one has any. */
async function run(pool: pg.Pool, statements: ReturnType<typeof play>): Promise<void> {
  let client: pg.PoolClient | undefined;
  for (const { text, values } of statements) {
    const begins = /^(begin|start transaction)\b/i.test(text);
    if (begins) client ??= await pool.connect();
    await (client ?? pool).query(text, values);
    if (/^(commit|rollback)\b/i.test(text)) {
      client?.release();
      client = undefined;
    }
  }
  client?.release();
}
