import sharp from "sharp";
import type { Sharp } from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Asset, Generation } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import type { InputLimit } from "#domain/model-limits.ts";
import type { Provider } from "#providers/contract.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { activityDeps } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import type { ActivityDeps } from "../deps.ts";
import { loadInputs } from "./load-inputs.ts";

let api: TestApi;
let owner: Caller;
let deps: ActivityDeps;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
  deps = await activityDeps(api);
});

afterAll(async () => {
  await api?.close();
});

async function upload(name: string, image: Sharp): Promise<string> {
  const files = [{ name, data: await image.toBuffer() }];
  const answer = await owner.upload("/v1/assets", files);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<{ id: string }>().id;
}

/** The sandbox, whose image models take other sources. */
function taking(limit: Partial<InputLimit>): ActivityDeps {
  const sandbox = deps.providers.get("sandbox") as Provider;
  const models = sandbox.manifest.models.map((model) => {
    const source = model.inputs?.source;
    if (model.kind !== "image" || !source) return model;
    return { ...model, inputs: { ...model.inputs, source: { ...source, ...limit } } };
  });
  const provider = { ...sandbox, manifest: { ...sandbox.manifest, models } };
  return { ...deps, providers: new Map(deps.providers).set("sandbox", provider) };
}

const edit = (assetId: string) =>
  owner.call("POST", "/v1/generations", {
    body: { kind: "image", prompt: "at night", inputs: [{ assetId, role: "source" }] },
  });

/** What the model is given of an edit that was accepted. */
async function given(assetId: string, using: ActivityDeps, meanwhile?: () => Promise<void>) {
  const answer = await edit(assetId);
  expect(answer.statusCode, answer.body).toBe(202);
  const { id } = answer.json<{ id: string }>();
  await meanwhile?.();
  const em = inWorkspace(api.context.orm, owner.workspaceId);
  const generation = await em.findOneOrFail(Generation, { id });
  const [input] = await loadInputs(using, generation, new AbortController().signal);
  if (!input) throw new Error("nothing was given");
  return input;
}

const flat = () => sharp({ create: { width: 400, height: 300, channels: 3, background: "teal" } });
const rough = () =>
  sharp({
    create: {
      width: 400,
      height: 300,
      channels: 3,
      background: "teal",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  });

it("gives an image as it is where the model takes it so", async () => {
  const id = await upload("a.png", flat().png());
  const { contentType, data } = await given(id, deps);
  const kept = await owner.call("GET", `/v1/assets/${id}/content`);
  expect(contentType).toBe("image/png");
  expect(Buffer.from(data).equals(kept.rawPayload)).toBe(true);
});

it("makes of another format one that the model takes", async () => {
  const { contentType, data } = await given(await upload("a.gif", flat().gif()), deps);
  // A GIF may be transparent.
  expect(contentType).toBe("image/png");
  expect(await sharp(data).metadata()).toMatchObject({ format: "png", width: 400, height: 300 });
});

it("makes of too many bytes fewer", async () => {
  const id = await upload("a.jpg", rough().jpeg({ quality: 95 }));
  const { contentType, data } = await given(id, taking({ maxBytes: 20_000 }));
  expect(contentType).toBe("image/jpeg");
  expect(data.length).toBeLessThanOrEqual(20_000);
});

it("says so where that is impossible", async () => {
  const id = await upload("b.jpg", rough().jpeg());
  await expect(given(id, taking({ maxBytes: 30 }))).rejects.toMatchObject({
    name: "ModelInputError",
    message: expect.stringContaining("as small as 30 bytes"),
  });
});

it("refuses more bytes in all than are held in memory, when it is asked for and before any is read", async () => {
  const id = await upload("c.jpg", rough().jpeg());
  const sum = "The inputs have 201 MB in all; at most 200 MB are sent to a model.";
  // The row alone: what storage has is not to be read at all.
  const grow = async () => {
    const bytes = 201 * 1024 * 1024;
    await inWorkspace(api.context.orm, owner.workspaceId).nativeUpdate(Asset, { id }, { bytes });
  };
  let reads = 0;
  const counting: ActivityDeps["storage"] = {
    ...deps.storage,
    open: (key) => {
      reads += 1;
      return deps.storage.open(key);
    },
    toFile: (input) => {
      reads += 1;
      return deps.storage.toFile(input);
    },
  };
  await expect(given(id, { ...deps, storage: counting }, grow)).rejects.toMatchObject({
    name: "ModelInputError",
    message: expect.stringContaining(sum),
  });
  expect(reads).toBe(0);
  const answer = await edit(id);
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({
    code: "invalid_request",
    detail: expect.stringContaining(sum),
    errors: [{ pointer: "/inputs" }],
  });
});
