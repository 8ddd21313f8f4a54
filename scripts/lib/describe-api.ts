import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { buildApp } from "#api/app.ts";
import { openOrm } from "#db/orm.ts";
import { initKeyRing } from "#db/vault/key-ring.ts";
import { quietContext } from "./quiet-context.ts";

// Never connected to: a description is drawn from the routes alone.
const nowhere = "postgresql://nobody@127.0.0.1:1/none";

/** The API's description as it is served, without a database, Temporal or a port. */
export async function describeApi(): Promise<unknown> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "drumbeat-describe-"));
  const orm = await openOrm({ url: nowhere });
  try {
    await initKeyRing(path.join(folder, "key-ring.json"));
    const app = await buildApp(await quietContext({ orm, databaseUrl: nowhere, folder }));
    await app.ready();
    const description: unknown = JSON.parse(JSON.stringify(app.swagger()));
    await app.close();
    return description;
  } finally {
    await orm.close();
    await rm(folder, { recursive: true });
  }
}
