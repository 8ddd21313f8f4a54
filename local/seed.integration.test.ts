import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "vitest";
import { Agent, Connection, Member, User } from "#db/entities/index.ts";
import { forUser, inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { run } from "../scripts/lib/run.mjs";
import { startSandboxNetwork } from "./sandbox-network/start-sandbox-network.ts";

const root = path.dirname(import.meta.dirname);

describe("the demo workspace", () => {
  let folder: string;
  let network: Awaited<ReturnType<typeof startSandboxNetwork>>;
  let api: TestApi;
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "drumbeat-seed-"));
    network = await startSandboxNetwork({ port: 0, host: "127.0.0.1", dataDir: folder });
  });
  afterAll(async () => {
    await network?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await rm(signInFile(), { force: true });
    api = await startApi({ platformApp: () => ({ baseUrl: network.url }) });
    await api.app.listen({ host: "127.0.0.1", port: 0 });
    ({ port } = api.app.server.address() as AddressInfo);
  });
  afterEach(() => api.close());

  const signInFile = () => path.join(folder, "demo-sign-in.txt");

  async function seed(environment: Record<string, string> = {}) {
    const { code, stdout, stderr } = await run({
      command: process.execPath,
      args: ["local/seed.ts"],
      cwd: root,
      env: {
        ...process.env,
        DATABASE_URL: api.database.url,
        DRUMBEAT_DATA_DIR: folder,
        API_HOST: "127.0.0.1",
        API_PORT: String(port),
        PUBLIC_URL: api.context.publicUrl,
        SANDBOX_BASE_URL: network.url,
        ...environment,
      },
    });
    return { code, said: stdout + stderr };
  }

  async function contents() {
    const [user] = await outsideWorkspaces(api.context.orm).find(User, { seeded: true });
    if (!user) return undefined;
    const [member] = await forUser(api.context.orm, user.id).find(Member, {});
    const em = inWorkspace(api.context.orm, member?.workspaceId ?? "");
    const connections = await em.find(Connection, {});
    return {
      em,
      ids: connections.map(({ id }) => id),
      statuses: connections.map(({ status }) => status).toSorted(),
      agents: await em.count(Agent, {}),
    };
  }

  it("is seeded once, and what people remove from it stays away", async () => {
    const first = await seed();
    expect(first, first.said).toMatchObject({ code: 0 });
    expect(first.said).toContain("sign in as demo@drumbeat.local");
    expect(await contents()).toMatchObject({ statuses: ["active"], agents: 1 });
    const before = await contents();
    await before?.em.nativeDelete(Connection, {});
    await before?.em.nativeUpdate(Agent, {}, { deletedAt: new Date() });
    expect(await seed()).toMatchObject({ code: 0, said: first.said });
    expect(await contents()).toMatchObject({ statuses: [], agents: 1 });
  });

  it("is finished when its seeding broke off before the account was connected", async () => {
    expect((await seed({ API_PORT: "1" })).code).not.toBe(0);
    expect(await contents()).toMatchObject({ statuses: [], agents: 0 });
    expect(await seed()).toMatchObject({ code: 0 });
    expect(await contents()).toMatchObject({ statuses: ["active"], agents: 1 });
  });

  it("is finished when its seeding broke off while the account was being connected", async () => {
    const setFaults = (faults: object[]) =>
      fetch(`${network.url}/_faults`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ faults, seed: 1 }),
      });
    await setFaults([{ on: "token", kind: "500", probability: 1 }]);
    expect((await seed()).code).not.toBe(0);
    await setFaults([]);
    expect(await contents()).toMatchObject({ statuses: ["invalid"], agents: 0 });
    expect(await seed()).toMatchObject({ code: 0 });
    expect(await contents()).toMatchObject({ statuses: ["active", "invalid"], agents: 1 });
  });

  it("is finished with the account that was connected already", async () => {
    await seed();
    const before = await contents();
    await before?.em.nativeDelete(Agent, {});
    expect(await seed()).toMatchObject({ code: 0 });
    expect(await contents()).toMatchObject({ ids: before?.ids, statuses: ["active"], agents: 1 });
  });

  it("is left as it is when its password is not known any more", async () => {
    await seed();
    await (await contents())?.em.nativeDelete(Agent, {});
    const password = await readFile(signInFile(), "utf8");
    for (const [spoil, why] of [
      [() => writeFile(signInFile(), "something else\n"), "holds another password"],
      [() => rm(signInFile()), "is gone"],
    ] as const) {
      await spoil();
      const { code, said } = await seed();
      expect(code, said).toBe(0);
      expect(said).toContain(why);
    }
    await writeFile(signInFile(), password);
    expect(await contents()).toMatchObject({ agents: 0 });
  });
});
