import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { dHash, distance } from "./d-hash.ts";
import { paintScene } from "./scene.ts";

describe("dHash", () => {
  it("is nearly the same for the same picture smaller, worse and paler", async () => {
    const scene = await paintScene();
    const worse = await sharp(scene).resize(200).linear(0.8, 20).jpeg({ quality: 40 }).toBuffer();
    expect(distance(await dHash(scene), await dHash(worse))).toBeLessThanOrEqual(4);
  });

  it("is another for the picture turned, mirrored, inverted or cut", async () => {
    const scene = await paintScene();
    const hash = await dHash(scene);
    const others = [
      sharp(scene).rotate(90),
      sharp(scene).flop(),
      sharp(scene).negate(),
      sharp(scene).extract({ left: 0, top: 0, width: 400, height: 600 }),
    ];
    for (const other of others)
      expect(distance(hash, await dHash(await other.png().toBuffer()))).toBeGreaterThan(16);
  });
});
