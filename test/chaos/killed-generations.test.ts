import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { withClient } from "#local/postgres.ts";
import { apiClient, register, type ApiClient } from "../harness/client.ts";
import { startMachine, type Machine } from "./lib/machine.ts";

/** Processes are killed while providers are asked and jobs are under way; the ledger says how often each was asked. */

const root = path.resolve(import.meta.dirname, "../..");
/** Where the workers are killed, one after the other: each step of a generation, before it and after. */
const places = [
  "before planGeneration",
  "after planGeneration",
  "before askProvider",
  "after askProvider",
  "before startJob",
  "before provider's start",
  "after provider's start",
  "after startJob",
  "before lookAtJob",
  "after lookAtJob",
  "before endGeneration",
  "after endGeneration",
];
const mediaPlaces = ["before applyRecipe", "after applyRecipe"];

let machine: Machine;
let client: ApiClient;

beforeAll(async () => {
  machine = await startMachine({
    cacheDir: path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache"),
    plantedBug: false,
    cutLinks: false,
    say: () => undefined,
  });
  const cookie = await register(machine.origin, {
    name: "Ada",
    email: "ada@example.org",
    password: "correct-horse-battery",
  });
  client = apiClient(machine.origin, { cookie });
}, 180_000);

afterAll(async () => {
  await machine?.stop({ keep: false });
});

interface Generation {
  id: string;
  kind: string;
  status: string;
  count: number;
  outputs: object[];
  credits: number;
  error: { code: string } | null;
  calls: { asks: number; answerLost: boolean; status: string }[];
}

const requests = [
  { kind: "text", prompt: "A lighthouse", count: 2 },
  { kind: "image", prompt: "A lighthouse", settings: { size: "512x512" } },
  { kind: "audio", prompt: "A lighthouse", settings: { format: "wav" } },
  { kind: "video", prompt: "A lighthouse [[sandbox looks=1]]", settings: { seconds: 4 } },
];

const order = async (body: object) =>
  (await client.call<{ id: string }>("POST", "/v1/generations", body)).id;

const ended = (id: string) =>
  vi.waitFor(
    async () => {
      const found = await client.call<Generation>("GET", `/v1/generations/${id}`);
      expect(["succeeded", "failed"], `${found.kind} ${id}`).toContain(found.status);
      return found;
    },
    { timeout: 240_000, interval: 1_000 },
  );

it("ends each generation right, paid once, and asks no provider more often than answers were lost", async () => {
  const ids: string[] = [];
  const { api, worker, mediaWorker } = machine.processes;
  const film = await order({ kind: "video", prompt: "A harbour", settings: { seconds: 4 } });
  const [made] = (await ended(film)).outputs as { assetId: string }[];
  ids.push(film);
  const better = { kind: "video", inputs: [{ assetId: made?.assetId }] };
  for (const place of mediaPlaces) {
    const died = mediaWorker.ended();
    mediaWorker.arm([place]);
    ids.push(await order(better));
    expect(await died).toBe(place);
    await mediaWorker.ready();
  }
  // In the midst of it.
  const cut = await order({ ...better, settings: { enhancements: ["upscale", "denoise"] } });
  ids.push(cut);
  await vi.waitFor(async () => {
    const { calls } = await client.call<Generation>("GET", `/v1/generations/${cut}`);
    expect(calls.map(({ status }) => status)).toEqual(["asked"]);
  });
  mediaWorker.kill();
  for (const body of requests) {
    ids.push(await order(body));
    // Accepted is accepted, whatever becomes of the process that said so.
    const died = api.ended();
    api.kill();
    await died;
    await api.ready();
  }
  for (const place of places) {
    const died = worker.ended();
    worker.arm([place]);
    // What comes to this place is there, or is ordered now.
    for (const body of requests) ids.push(await order(body));
    expect(await died).toBe(place);
    await worker.ready();
  }
  const all: Generation[] = [];
  for (const id of ids) all.push(await ended(id));

  for (const generation of all) {
    const { status, outputs, count, calls, error, credits } = generation;
    const what = JSON.stringify(generation);
    expect(outputs.length, what).toBeLessThanOrEqual(count);
    expect(calls.filter((call) => call.status === "answered").length, what).toBe(outputs.length);
    expect(status, what).toBe(outputs.length > 0 ? "succeeded" : "failed");
    if (status === "failed") {
      expect(error?.code, what).toBe("answer_lost");
      expect(credits, what).toBe(0);
    }
    // Once, and once more where an answer was lost. A job is never started again, whatever became of the first one.
    for (const call of calls)
      expect(call.asks, what).toBe(call.answerLost && generation.kind !== "video" ? 2 : 1);
  }
  // Only what two lives of the worker asked for in vain is given up.
  const succeeded = all.filter(({ status }) => status === "succeeded");
  expect(succeeded.length).toBeGreaterThan(all.length / 2);

  await withClient(machine.superuserUrl, async (database) => {
    const { rows: open } = await database.query(
      `select subject from credit_entry where subject like 'generation:%' group by subject
       having count(*) filter (where kind = 'reserve') <> 1 or count(*) filter (where kind <> 'reserve') <> 1`,
    );
    expect(open).toEqual([]);
    const { rows: sums } = await database.query<{ right: boolean }>(
      `select details.credits = (select sum(amount) from credit_entry where workspace_id = details.id) as right
       from workspace_details details`,
    );
    expect(sums).toEqual([{ right: true }]);
    const { rows: assets } = await database.query<{ count: number }>(
      "select count(*)::int as count from asset where origin = 'generation'",
    );
    const media = all.flatMap(({ outputs }) => outputs.filter((one) => "assetId" in one));
    expect(assets).toEqual([{ count: media.length }]);
  });
}, 480_000);
