import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { digitalSourceIn } from "#media/mark-generated.ts";
import { probe } from "#media/probe.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import { connectSandboxBySession } from "#test/harness/connect-sandbox.ts";
import { startProduct, type Product } from "#test/harness/start-product.ts";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => product?.close());

interface Generation {
  id: string;
  status: string;
  task: string;
  credits: number;
  outputs: { assetId?: string; text?: string; segments?: { start: number; end: number }[] }[];
  calls: { status: string; asks: number; answerLost: boolean; sent: object | null }[];
  error: { code: string } | null;
}

interface Asset {
  kind: string;
  contentType: string;
  width: number | null;
  durationSeconds: number | null;
  offlineOutput: boolean;
  digitalSource: string | null;
  contentUrl: string;
}

const call = <Answer>(method: string, path: string, body?: object): Promise<Answer> =>
  product.client.call<Answer>(method, path, body);

/** Has it made, and waits for its end. */
async function generate(body: object): Promise<Generation> {
  const { id } = await call<{ id: string }>("POST", "/v1/generations", body);
  return vi.waitFor(
    async () => {
      const found = await call<Generation>("GET", `/v1/generations/${id}`);
      expect(["succeeded", "failed", "expired", "cancelled"]).toContain(found.status);
      return found;
    },
    { timeout: 90_000, interval: 200 },
  );
}

async function assetOf(generation: Generation, index = 0): Promise<Asset & { id: string }> {
  expect(generation).toMatchObject({ status: "succeeded", error: null });
  const id = generation.outputs[index]?.assetId ?? "";
  return { ...(await call<Asset>("GET", `/v1/assets/${id}`)), id };
}

/** What the file itself says of how it was made. */
async function markOf({ contentUrl }: Asset): Promise<string | undefined> {
  const { ffprobePath } = product.deps;
  const answer = await product.client.raw("GET", contentUrl);
  return withTempFolder(async (folder) => {
    const path = join(folder, "made");
    await writeFile(path, Buffer.from(await answer.arrayBuffer()));
    return (await probe({ path, ffprobePath })).digitalSource;
  });
}

it("makes every kind offline, from words and from what was made before", async () => {
  const prompt = "A lighthouse at dawn";
  const text = await generate({ kind: "text", prompt });
  expect(text.outputs[0]?.text).toContain("Sandbox text");
  expect(text.calls).toMatchObject([{ status: "answered", asks: 1, answerLost: false }]);

  const picture = await assetOf(await generate({ kind: "image", prompt }));
  expect(picture).toMatchObject({ kind: "image", width: 1024, offlineOutput: true });
  const edited = await generate({ kind: "image", prompt, inputs: [{ assetId: picture.id }] });
  expect(edited.task).toBe("edit_image");
  expect(await assetOf(edited)).toMatchObject({ kind: "image" });
  for (const made of [picture, await assetOf(edited)]) {
    expect(made.digitalSource).toBe("trainedAlgorithmicMedia");
    expect(await markOf(made)).toBe(made.digitalSource);
  }

  const speech = await assetOf(await generate({ kind: "audio", prompt: "The light is on." }));
  expect(speech).toMatchObject({ kind: "audio", durationSeconds: expect.any(Number) });
  const music = { kind: "audio", task: "music", prompt, settings: { seconds: 5 } };
  expect((await assetOf(await generate(music))).durationSeconds).toBeCloseTo(5, 1);
  const heard = await generate({ kind: "audio", inputs: [{ assetId: speech.id }] });
  expect(heard.task).toBe("transcribe");
  expect(heard.outputs[0]?.text).toContain("[sandbox transcript]");
  expect(heard.outputs[0]?.segments?.at(-1)?.end).toBeGreaterThan(0);

  const film = await generate({
    kind: "video",
    prompt,
    inputs: [{ assetId: picture.id }],
    settings: { seconds: 4 },
  });
  expect(film.task).toBe("image_to_video");
  const clip = await assetOf(film);
  expect(clip).toMatchObject({ kind: "video", contentType: "video/mp4" });
  expect(clip.durationSeconds).toBeCloseTo(4, 0);
  expect(await markOf(clip)).toBe("trainedAlgorithmicMedia");
}, 180_000);

it("marks what a model makes of something real as both, and tells the network of it", async () => {
  const form = new FormData();
  const photo = await sharp({ create: { width: 600, height: 400, channels: 3, background: "tan" } })
    .jpeg()
    .toBuffer();
  form.set("file", new Blob([new Uint8Array(photo)], { type: "image/jpeg" }), "beach.jpg");
  const real = await call<Asset & { id: string }>("POST", "/v1/assets", form);
  expect(real.digitalSource).toBeNull();
  const body = { kind: "image", prompt: "At night", inputs: [{ assetId: real.id }] };
  const edited = await assetOf(await generate(body));
  const composite = "compositeWithTrainedAlgorithmicMedia";
  expect(edited.digitalSource).toBe(composite);

  const { channelId } = await connectSandboxBySession(product, "ada");
  const publish = (assetId: string) =>
    call<{ id: string }>("POST", "/v1/posts", {
      content: { text: "The beach" },
      assets: [{ id: assetId }],
      targets: [{ channelId }],
      approval: "none",
    });
  for (const id of [edited.id, real.id]) await publish(id);
  const log = async () => {
    const answer = await fetch(`${product.sandboxUrl}/_log?account=ada`);
    return (await answer.json()) as { aiGenerated: boolean; media: { id: string }[] }[];
  };
  await vi.waitFor(async () => expect(await log()).toHaveLength(2), { timeout: 60_000 });
  const posts = await log();
  expect(posts.map(({ aiGenerated }) => aiGenerated).toSorted()).toEqual([false, true]);
  for (const { aiGenerated, media } of posts) {
    const shown = await fetch(`${product.sandboxUrl}/media/${media[0]?.id}`);
    const { xmp } = await sharp(await shown.arrayBuffer()).metadata();
    const mark = digitalSourceIn(xmp?.toString() ?? "");
    expect(mark).toBe(aiGenerated ? composite : undefined);
  }
}, 120_000);

it("betters a video on this machine, with what is said in it burnt in", async () => {
  const film = await assetOf(
    await generate({ kind: "video", prompt: "A harbour", settings: { seconds: 4, sound: true } }),
  );
  const inputs = [{ assetId: film.id }];
  const heard = await generate({ kind: "audio", task: "transcribe", inputs });
  const better = await generate({
    kind: "video",
    inputs,
    settings: { enhancements: ["upscale", "loudness", "captions"] },
  });
  expect(better).toMatchObject({
    task: "enhance_video",
    model: "ffmpeg/enhance-1",
    settings: { captionsFrom: heard.id },
    calls: [{ status: "answered", asks: 1, sent: null }],
  });
  const clip = await assetOf(better);
  expect(clip).toMatchObject({ kind: "video", contentType: "video/mp4", offlineOutput: true });
  expect(clip.width).toBe((film.width ?? 0) * 2);
  expect(clip.durationSeconds).toBeCloseTo(4, 0);
}, 240_000);

it("estimates what it then costs, and gives back what was not made", async () => {
  const body = { kind: "image", prompt: "A lighthouse", count: 2, settings: { size: "512x512" } };
  const left = async () =>
    (await call<{ creditsLeft: number }>("POST", "/v1/generations/estimate", body)).creditsLeft;
  const before = await left();
  const estimate = await call<{ credits: number }>("POST", "/v1/generations/estimate", body);
  const made = await generate(body);
  expect(made.outputs).toHaveLength(2);
  expect(made.credits).toBe(estimate.credits);
  expect(await left()).toBe(before - estimate.credits);
  const refused = await generate({
    kind: "text",
    prompt: "A lighthouse [[sandbox error=content_policy]]",
  });
  expect(refused).toMatchObject({
    status: "failed",
    credits: 0,
    error: { code: "content_policy" },
  });
  expect(await left()).toBe(before - estimate.credits);
});

it("stops a job that never ends, when somebody cancels it", async () => {
  const { id } = await call<{ id: string }>("POST", "/v1/generations", {
    kind: "video",
    prompt: "A lighthouse [[sandbox stuck]]",
  });
  const read = () => call<Generation>("GET", `/v1/generations/${id}`);
  await vi.waitFor(async () => expect((await read()).calls[0]?.status).toBe("started"), {
    timeout: 30_000,
  });
  await call("POST", `/v1/generations/${id}/cancel`);
  await vi.waitFor(
    async () =>
      expect(await read()).toMatchObject({
        status: "cancelled",
        credits: 0,
        calls: [{ status: "failed", asks: 1 }],
      }),
    { timeout: 30_000 },
  );
}, 90_000);
