import { UnsupportedFunctionalityError } from "@ai-sdk/provider";
import sharp from "sharp";
import { expect, it } from "vitest";
import { makeImage } from "#activities/lib/make-image.ts";
import type { ProviderDeps } from "#providers/contract.ts";
import { falImageModel } from "./image-model.ts";

function recordCalls() {
  const bodies: unknown[] = [];
  const deps: ProviderDeps = {
    ffmpegPath: "ffmpeg",
    credentials: { apiKey: "key:secret" },
    fetch: (_, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      return Promise.resolve(Response.json({ detail: "stop here" }, { status: 400 }));
    },
  };
  return { bodies, deps };
}
const prompt = "Sourdough.";

it("asks for the size that the catalogue names first where none is asked for", async () => {
  const { bodies, deps } = recordCalls();
  for (const id of ["fal-ai/flux/schnell", "fal-ai/nano-banana"])
    await makeImage({ model: falImageModel(deps, id), prompt }).catch(() => undefined);
  expect(bodies).toEqual([
    { prompt, num_images: 1, image_size: { width: 1024, height: 1024 } },
    { prompt, num_images: 1 },
  ]);
});

it("refuses a mask that the model does not take, before anything is sent", async () => {
  const { bodies, deps } = recordCalls();
  const model = falImageModel(deps, "fal-ai/nano-banana/edit");
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
  const made = makeImage({ model, prompt, images: [png], mask: png });
  await expect(made).rejects.toSatisfy((error) => UnsupportedFunctionalityError.isInstance(error));
  expect(bodies).toEqual([]);
});

it("sends a model that fills its mask in black and white, and refuses to ask it without", async () => {
  const { bodies, deps } = recordCalls();
  const model = falImageModel(deps, "fal-ai/flux-pro/v1/fill");
  const square = { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } };
  const png = await sharp({ create: square as never })
    .png()
    .toBuffer();
  await makeImage({ model, prompt, images: [png], mask: png }).catch(() => undefined);
  expect(bodies).toEqual([
    { prompt, num_images: 1, image_url: expect.any(String), mask_url: expect.any(String) },
  ]);
  const { mask_url: address } = bodies[0] as { mask_url: string };
  const mask = Buffer.from(address.replace("data:image/png;base64,", ""), "base64");
  const { dominant, isOpaque } = await sharp(mask).stats();
  expect(isOpaque).toBe(true);
  expect(dominant.r).toBeGreaterThan(240);
  const without = makeImage({ model, prompt, images: [png] });
  await expect(without).rejects.toSatisfy((error) =>
    UnsupportedFunctionalityError.isInstance(error),
  );
  expect(bodies).toHaveLength(1);
});
