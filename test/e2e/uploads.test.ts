import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startProduct, type Product } from "../harness/start-product.ts";

let product: Product;
let server: Server;
let photo: Buffer;

beforeAll(async () => {
  product = await startProduct();
  photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();
  server = createServer((_request, response) => response.end(photo));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});

afterAll(async () => {
  await product?.close();
  await new Promise((done) => server?.close(done));
});

interface UploadAnswer {
  id: string;
  status: string;
  assetId: string | null;
}

async function readyAsset(id: string): Promise<{ mediaUrl: string; contentType: string }> {
  const upload = await vi.waitFor(
    async () => {
      const found = await product.client.call<UploadAnswer>("GET", `/v1/uploads/${id}`);
      expect(found.status).toBe("ready");
      return found;
    },
    { timeout: 60_000, interval: 100 },
  );
  return product.client.call("GET", `/v1/assets/${upload.assetId}`);
}

it("makes an asset of a file that came in pieces, which a browser may then show", async () => {
  const cookie = await cookieOf();
  const tus = (method: string, path: string, headers: Record<string, string>, body?: Uint8Array) =>
    fetch(`${product.origin}${path}`, {
      method,
      headers: { cookie, "tus-resumable": "1.0.0", ...headers },
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
  const sha256 = createHash("sha256").update(photo).digest("hex");
  const begun = await tus("POST", "/v1/uploads", {
    "upload-length": String(photo.length),
    "upload-metadata": `sha256 ${Buffer.from(sha256).toString("base64")}`,
  });
  const path = begun.headers.get("location") ?? "";
  for (const [from, to] of [
    [0, 1_000],
    [1_000, photo.length],
  ] as const) {
    const type = { "content-type": "application/offset+octet-stream" };
    const piece = photo.subarray(from, to);
    const sent = await tus("PATCH", path, { ...type, "upload-offset": String(from) }, piece);
    expect(sent.status).toBe(204);
  }
  const asset = await readyAsset(path.split("/").at(-1) ?? "");
  expect(new URL(asset.mediaUrl).hostname).toBe("localhost");
  const shown = await fetch(asset.mediaUrl);
  expect(shown.status).toBe(200);
  expect(shown.headers.get("content-type")).toBe("image/jpeg");
  expect((await sharp(Buffer.from(await shown.arrayBuffer())).metadata()).width).toBe(640);

  async function cookieOf(): Promise<string> {
    const answer = await fetch(`${product.origin}/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ada@example.org", password: "correct-horse-battery" }),
    });
    return answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  }
});

it("makes an asset of a file that it fetches", async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/photo.jpg`;
  const begun = await product.client.call<UploadAnswer>("POST", "/v1/assets/import", { url });
  expect(await readyAsset(begun.id)).toMatchObject({
    contentType: "image/jpeg",
    name: "photo.jpg",
  });
});
