/**
 * `node scripts/record-histories.ts`: tells every scene of `test/harness/scenes.ts` once and writes the histories to
 * `test/workflows/histories/`, where the replay test reads them. Run it when a story or a scene is new. A history that no
 * longer replays stands for workflows that are running at somebody's now: change the story with `patched()` instead of
 * recording anew, as long as such workflows may exist.
 */
import proto from "@temporalio/proto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { ensureTemporalTestServer } from "#local/ensure-temporal.ts";
import { openStage } from "#test/harness/open-stage.ts";
import { scenes } from "#test/harness/scenes.ts";

const { History } = proto.temporal.api.history.v1;
const root = path.dirname(import.meta.dirname);
const cacheDir = path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache");
const folder = path.join(root, "test", "workflows", "histories");

const testServerPath = await ensureTemporalTestServer({ cacheDir });
await mkdir(folder, { recursive: true });
for (const scene of scenes) {
  const stage = await openStage({ testServerPath });
  try {
    for (const [name, handle] of Object.entries(await scene(stage))) {
      const history = History.toObject(History.create(await handle.fetchHistory()), {
        longs: String,
        bytes: String,
        enums: String,
      });
      const text = JSON.stringify({ workflowId: handle.workflowId, history }, null, 1);
      await writeFile(path.join(folder, `${name}.json`), `${text}\n`);
      console.log(`${name}: ${history["events"].length} events`);
    }
  } finally {
    await stage.close();
  }
}
