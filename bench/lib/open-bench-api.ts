import { buildApp } from "#api/app.ts";
import { openOrm } from "#db/orm.ts";
import { quietContext } from "../../scripts/lib/quiet-context.ts";

/** The API as it is, but for the engine, which is idle: what is measured is the API and its database, not Temporal. */
export async function openBenchApi(options: {
  databaseUrl: string;
  folder: string;
  poolSize: number;
}) {
  const { databaseUrl, folder, poolSize } = options;
  const orm = await openOrm({ url: databaseUrl, poolSize, queryTimeoutMs: 10_000 });
  const app = await buildApp(await quietContext({ orm, databaseUrl, folder }));
  await app.ready();
  return { app, orm };
}
