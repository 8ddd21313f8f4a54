import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { buildApp } from "#api/app.ts";
import { Asset } from "#db/entities/index.ts";
import { inWorkspace, openOrm } from "#db/orm.ts";
import { freezable } from "../harness/freezable.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { formOf, person, type Caller } from "./callers.ts";
import { addChannel, onDatabase } from "./rows.ts";

let api: TestApi;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  owner = await person(api);
});

describe("what fails after the commit", () => {
  it("does not make a change that was made look as if it was not", async () => {
    const { channelId } = await addChannel(api, owner.workspaceId);
    const warned = vi.fn();
    const orm = api.context.orm;
    const app = await buildApp({
      ...api.context,
      // Told at once, and then the note of it fails, as when the database goes just then.
      engine: {
        ...api.context.engine,
        start: async () => {
          vi.spyOn(orm.em, "fork").mockImplementationOnce(() => {
            throw new Error("gone");
          });
        },
      },
      logger: Object.assign(api.context.logger.child({}), { error: warned, warn: warned }),
    });
    try {
      const answer = await app.inject({
        method: "POST",
        url: "/v1/posts",
        headers: { ...owner.headers, "idempotency-key": crypto.randomUUID() },
        payload: { content: { text: "Ahoy" }, targets: [{ channelId }] },
      });
      expect(answer.statusCode, answer.body).toBe(202);
      expect(warned).toHaveBeenCalledOnce();
    } finally {
      vi.restoreAllMocks();
      await app.close();
    }
  });
});

describe("a commit of which nobody hears", () => {
  it("may have been made: the file that its row names stays", async () => {
    await onDatabase(api, async (query) => {
      await query(
        "create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return null; end $$",
      );
      await query(
        "create constraint trigger slow after insert on asset deferrable initially deferred for each row execute function slow()",
      );
    });
    const link = await freezable(api.database.url);
    const orm = await openOrm({ url: link.url, poolSize: 2, queryTimeoutMs: 2_000 });
    const app = await buildApp({ ...api.context, orm });
    try {
      const data = await sharp({
        create: { width: 9, height: 9, channels: 3, background: "teal" },
      })
        .png()
        .toBuffer();
      const form = await formOf([{ name: "a.png", data }]);
      const asked = app.inject({
        method: "POST",
        url: "/v1/assets",
        headers: { ...owner.headers, "content-type": form.contentType },
        payload: form.data,
      });
      await onDatabase(api, (query) =>
        vi.waitFor(async () => {
          const { rowCount } = await query(
            "select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'",
          );
          expect(rowCount).toBe(1);
        }, 10_000),
      );
      link.freeze();
      const answer = await asked;
      expect(answer.json()).toMatchObject({ status: 503, code: "database_unavailable" });
      expect(answer.json().detail).not.toContain("Nothing was changed");
      const [asset] = await inWorkspace(api.context.orm, owner.workspaceId).find(Asset, {});
      const read = await owner.call("GET", `/v1/assets/${asset?.id}/content`);
      expect(read.statusCode).toBe(200);
    } finally {
      await link.close();
      await app.close();
      await orm.close(true);
    }
  }, 30_000);
});
