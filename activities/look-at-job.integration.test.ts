import type { Experimental_VideoModelV4 as VideoModelV4 } from "@ai-sdk/provider";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Asset } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { makeClip } from "#media/media-fixtures.ts";
import { modelsOf } from "#providers/models-of.ts";
import type { Provider, ProviderDeps } from "#providers/contract.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import type { OutputIds } from "#workflows/make-output.ts";
import { createGenerationActivities } from "./generations.ts";
import { createProviderActivities } from "./provider-calls.ts";

let api: TestApi;
let owner: Caller;
let temp: string;
let generations: ReturnType<typeof createGenerationActivities>;
let calls: ReturnType<typeof createProviderActivities>;
/** What the address of the video answers. */
let answer: () => Response;

beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), "drumbeat-jobs-"));
  api = await startApi();
  owner = await person(api);
  const fetch = () => Promise.resolve(answer());
  const deps = await activityDeps(api, { fetch });
  const sandbox = deps.providers.get("sandbox");
  if (!sandbox) throw new Error("there is no sandbox provider");
  const providers = new Map(deps.providers).set("sandbox", atAnAddress(sandbox));
  generations = createGenerationActivities({ ...deps, providers });
  calls = createProviderActivities({ ...deps, providers });
});

afterAll(async () => {
  await api?.close();
  await rm(temp, { recursive: true, force: true });
});

/** The sandbox, but for what its jobs make, which is told as an address. */
function atAnAddress(sandbox: Provider): Provider {
  return {
    ...sandbox,
    videoModel: (deps: ProviderDeps, id: string) => {
      const model = modelsOf.video({ provider: sandbox, deps, id });
      const own: Pick<VideoModelV4, "doStatus"> = {
        doStatus: () =>
          Promise.resolve({
            status: "completed",
            videos: [{ type: "url", url: "https://cdn.example/a.mp4", mediaType: "video/mp4" }],
            warnings: [],
            response: { timestamp: new Date(), modelId: id, headers: undefined },
          }),
      };
      return Object.assign(Object.create(model) as VideoModelV4, own);
    },
  };
}

async function started(): Promise<OutputIds> {
  const body = { kind: "video", prompt: "a lighthouse" };
  const accepted = await owner.call("POST", "/v1/generations", { body });
  expect(accepted.statusCode, accepted.body).toBe(202);
  const generationId = accepted.json<{ id: string }>().id;
  const ids = { workspaceId: owner.workspaceId, generationId, index: 0 };
  await generations.planGeneration(ids);
  expect(await runActivity(calls.startJob, ids)).toEqual({ kind: "started" });
  return ids;
}

it("stores what a job left at an address, and leaves nothing of it here", async () => {
  const data = await readFile(await makeClip(join(temp, "clip.mp4")));
  await rm(join(temp, "clip.mp4"));
  const ids = await started();
  vi.stubEnv("TMPDIR", temp);
  try {
    answer = () => new Response(new Uint8Array(data.subarray(0, 1000)), { status: 503 });
    await expect(runActivity(calls.lookAtJob, ids)).rejects.toMatchObject({
      type: "provider_down",
    });
    expect(await readdir(temp)).toEqual([]);
    answer = () => new Response(new Uint8Array(data));
    expect(await runActivity(calls.lookAtJob, ids)).toEqual({ kind: "stored" });
    expect(await readdir(temp)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
  }
  const { generationId } = ids;
  const em = inWorkspace(api.context.orm, owner.workspaceId);
  expect(await em.findOneOrFail(Asset, { generationId })).toMatchObject({
    kind: "video",
    contentType: "video/mp4",
    width: 160,
    height: 120,
    digitalSource: "trainedAlgorithmicMedia",
  });
});

it("gives the credits back for what is no video", async () => {
  const ids = await started();
  answer = () => new Response("<html>");
  expect(await runActivity(calls.lookAtJob, ids)).toMatchObject({
    kind: "refused",
    code: "provider_down",
  });
});
