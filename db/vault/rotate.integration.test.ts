import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MikroORM } from "@mikro-orm/postgresql";
import { createTestDatabase, type TestDatabase } from "#test/harness/database.ts";
import { asSuperuser } from "#test/harness/tenant-rows.ts";
import { Connection, WebhookEndpoint, Workspace } from "../entities/index.ts";
import { newId } from "../entities/lib.ts";
import { insertRow } from "../insert-row.ts";
import { inWorkspace, openOrm, outsideWorkspaces } from "../orm.ts";
import { sealWebhookSecret, webhookSealContext } from "../webhook-changes.ts";
import { addKey, initKeyRing, loadKeyRing, type KeyRing } from "./key-ring.ts";
import { openSecrets, SealBroken } from "./open.ts";
import { rewrapDataKeys, wrappedKeyColumns } from "./rotate.ts";
import { sealSecrets } from "./seal.ts";

let database: TestDatabase;
let orm: MikroORM;
let folder: string;
let ringFile: string;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ url: database.url });
  folder = await mkdtemp(path.join(tmpdir(), "drumbeat-vault-"));
  ringFile = path.join(folder, "key-ring.json");
  await initKeyRing(ringFile);
});

afterAll(async () => {
  await orm?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Place {
  workspaceId: string;
  id: string;
}

async function addWorkspace(): Promise<string> {
  return insertRow(outsideWorkspaces(orm), Workspace, { id: newId(), status: "active" });
}

async function addConnection(keyRing: KeyRing, workspaceId: string): Promise<Place> {
  const id = newId();
  const { sealed, wrappedKey } = sealSecrets({
    keyRing,
    context: { workspaceId, ownerId: id, field: "secrets", version: 1 },
    secrets: { token: `of ${id}` },
  });
  await insertRow(inWorkspace(orm, workspaceId), Connection, {
    id,
    workspaceId,
    platform: "sandbox",
    status: "active",
    sealedSecrets: sealed,
    wrappedKey,
    secretsVersion: 1,
  });
  return { workspaceId, id };
}

const rowOf = ({ workspaceId, id }: Place) =>
  inWorkspace(orm, workspaceId).findOneOrFail(
    Connection,
    { id },
    { populate: ["sealedSecrets", "wrappedKey"] },
  );

/** Opens the secrets from the row as it is now, as an activity does. */
async function open(keyRing: KeyRing, place: Place): Promise<Record<string, string>> {
  const row = await rowOf(place);
  return openSecrets({
    keyRing,
    context: {
      workspaceId: row.workspaceId,
      ownerId: row.id,
      field: "secrets",
      version: row.secretsVersion,
    },
    sealed: row.sealedSecrets ?? "",
    wrappedKey: row.wrappedKey ?? "",
  });
}

describe("rotation", () => {
  it("knows every column that holds a wrapped key", async () => {
    const columns = await outsideWorkspaces(orm).execute<{ table: string; column: string }[]>(
      `select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'public' and column_name like '%wrapped\\_key' order by 1, 2 desc`,
    );
    expect(columns).toEqual(wrappedKeyColumns);
  });

  it("wraps every data key anew, leaves the secrets as they are, and needs the old key no more", async () => {
    const before = await loadKeyRing(ringFile);
    const workspaces = [await addWorkspace(), await addWorkspace()];
    const places: Place[] = [];
    for (const workspaceId of workspaces)
      for (let count = 0; count < 2; count += 1)
        places.push(await addConnection(before, workspaceId));
    const pending = await insertRow(inWorkspace(orm, workspaces[0] ?? ""), Connection, {
      workspaceId: workspaces[0] ?? "",
      platform: "sandbox",
      status: "pending",
    });
    const sealed = await Promise.all(
      places.map(async (place) => (await rowOf(place)).sealedSecrets),
    );

    const oldKey = before.activeId;
    const newKey = await addKey(ringFile);
    const after = await loadKeyRing(ringFile);
    expect(after.activeId).toBe(newKey);
    for (const place of places)
      expect(await open(after, place)).toEqual({ token: `of ${place.id}` });
    expect(await rewrapDataKeys({ orm, keyRing: after })).toBe(4);
    expect(await rewrapDataKeys({ orm, keyRing: after })).toBe(0);

    const alone = await ringWithout(oldKey);
    for (const [index, place] of places.entries()) {
      const row = await rowOf(place);
      expect(after.wrappingKeyId(row.wrappedKey ?? "")).toBe(newKey);
      expect(row.sealedSecrets).toBe(sealed[index]);
      expect(await open(alone, place)).toEqual({ token: `of ${place.id}` });
      // A process that loaded the ring before the rotation finds the new key in the file.
      expect(await open(before, place)).toEqual({ token: `of ${place.id}` });
    }
    const [first = ""] = workspaces;
    expect((await rowOf({ workspaceId: first, id: pending })).wrappedKey).toBeNull();
  });

  it("wraps what webhooks sign with too, the secret before the last one as well", async () => {
    const keyRing = await loadKeyRing(ringFile);
    const workspaceId = await addWorkspace();
    const endpoint = { id: newId(), workspaceId, secretVersion: 2 };
    const seal = (secretVersion: number) =>
      sealWebhookSecret({ keyRing, endpoint: { ...endpoint, secretVersion }, secret: "s" });
    const [previous, current] = [seal(1), seal(2)];
    await insertRow(inWorkspace(orm, workspaceId), WebhookEndpoint, {
      ...endpoint,
      url: "https://8.8.8.8/",
      eventTypes: ["*"],
      status: "active",
      sealedSecret: current.sealed,
      wrappedKey: current.wrappedKey,
      previousSealedSecret: previous.sealed,
      previousWrappedKey: previous.wrappedKey,
      createdBy: "user:a",
    });
    const newKey = await addKey(ringFile);
    await rewrapDataKeys({ orm, keyRing });
    const [row] = await inWorkspace(orm, workspaceId).execute<
      { wrapped_key: string; previous_wrapped_key: string }[]
    >("select * from webhook_endpoint");
    const opened = (version: number, sealed: string, wrappedKey: string) =>
      openSecrets({
        keyRing,
        context: webhookSealContext({ ...endpoint, secretVersion: version }),
        sealed,
        wrappedKey,
      });
    for (const [version, { sealed }, wrapped] of [
      [1, previous, row?.previous_wrapped_key ?? ""],
      [2, current, row?.wrapped_key ?? ""],
    ] as const) {
      expect(keyRing.wrappingKeyId(wrapped)).toBe(newKey);
      expect(opened(version, sealed, wrapped)).toEqual({ secret: "s" });
    }
  });

  it("may be interrupted: what was not reached opens with the old key, and is reached next time", async () => {
    const old = await loadKeyRing(ringFile);
    const workspaceId = await addWorkspace();
    const good = await addConnection(old, workspaceId);
    const bad = await addConnection(old, await addWorkspace());
    const wrapped = (await rowOf(bad)).wrappedKey ?? "";
    const setWrapped = (value: string) =>
      inWorkspace(orm, bad.workspaceId).nativeUpdate(
        Connection,
        { id: bad.id },
        { wrappedKey: value },
      );
    await setWrapped(wrapped.slice(0, -3) + (wrapped.endsWith("AAA") ? "BBB" : "AAA"));
    await addKey(ringFile);
    const keyRing = await loadKeyRing(ringFile);
    await expect(rewrapDataKeys({ orm, keyRing })).rejects.toThrow();
    expect(await open(keyRing, good)).toEqual({ token: `of ${good.id}` });
    await setWrapped(wrapped);
    expect(await rewrapDataKeys({ orm, keyRing })).toBeGreaterThan(0);
    for (const place of [good, bad])
      expect(keyRing.wrappingKeyId((await rowOf(place)).wrappedKey ?? "")).toBe(keyRing.activeId);
  });

  /** The ring as it is once an old key was thrown away. */
  async function ringWithout(id: string): Promise<KeyRing> {
    const ring = JSON.parse(await readFile(ringFile, "utf8")) as { keys: Record<string, string> };
    delete ring.keys[id];
    const file = path.join(folder, "without.json");
    await writeFile(file, JSON.stringify(ring), { mode: 0o600 });
    return loadKeyRing(file);
  }
});

describe("a sealed secret", () => {
  it("that is moved to another row of the database does not open there", async () => {
    const keyRing = await loadKeyRing(ringFile);
    const workspaceId = await addWorkspace();
    const source = await addConnection(keyRing, workspaceId);
    const sibling = await addConnection(keyRing, workspaceId);
    const stranger = await addConnection(keyRing, await addWorkspace());
    for (const to of [sibling, stranger]) {
      expect(await open(keyRing, to)).toEqual({ token: `of ${to.id}` });
      for (const columns of ["sealed_secrets", "wrapped_key", "sealed_secrets, wrapped_key"]) {
        const names = columns.split(", ");
        const { rows } = await asSuperuser(database, async (client) => {
          const kept = await client.query(`select ${columns} from connection where id = $1`, [
            to.id,
          ]);
          await client.query(
            `update connection t set ${names.map((name) => `${name} = s.${name}`).join(", ")}
             from connection s where s.id = $1 and t.id = $2`,
            [source.id, to.id],
          );
          return kept;
        });
        await expect(open(keyRing, to), columns).rejects.toThrow(SealBroken);
        await asSuperuser(database, (client) =>
          client.query(
            `update connection set ${names.map((name, at) => `${name} = $${at + 2}`).join(", ")} where id = $1`,
            [to.id, ...names.map((name) => (rows[0] as Record<string, string>)[name])],
          ),
        );
      }
    }
    expect(await open(keyRing, source)).toEqual({ token: `of ${source.id}` });
  });

  it("does not open as an older or newer version of itself", async () => {
    const keyRing = await loadKeyRing(ringFile);
    const place = await addConnection(keyRing, await addWorkspace());
    for (const secretsVersion of [0, 2]) {
      await inWorkspace(orm, place.workspaceId).nativeUpdate(
        Connection,
        { id: place.id },
        { secretsVersion },
      );
      await expect(open(keyRing, place)).rejects.toThrow(SealBroken);
    }
  });
});
