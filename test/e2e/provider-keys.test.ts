import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startKeyServer, type KeyServer } from "#test/api/start-key-server.ts";
import { findInDatabase } from "#test/harness/find-in-database.ts";
import { readTemporal } from "#test/harness/read-temporal.ts";
import { startProduct, type Product } from "#test/harness/start-product.ts";

let product: Product;
let server: KeyServer;

beforeAll(async () => {
  server = await startKeyServer();
  product = await startProduct();
});
afterAll(async () => {
  await product?.close();
  await server?.close();
});

interface Provider {
  name: string;
  configuredBy: string | null;
  lastCheck: { status: string } | null;
}

const call = <Answer>(method: string, path: string, body?: object): Promise<Answer> =>
  product.client.call<Answer>(method, path, body);

async function checked(status: string): Promise<Provider | undefined> {
  return vi.waitFor(
    async () => {
      const { data } = await call<{ data: Provider[] }>("GET", "/v1/providers");
      const openai = data.find(({ name }) => name === "openai");
      expect(openai?.lastCheck?.status).toBe(status);
      return openai;
    },
    { timeout: 20_000, interval: 100 },
  );
}

it("a workspace's own key is tried by a worker, makes its texts, and stands nowhere in clear", async () => {
  const [good, bad] = ["sk-e2e-good-Zq8vX2LmT4aR9c", "sk-e2e-bad-Wf1NbYd6HsQp3k"];
  server.keys.set(good, "good");
  const { baseUrl } = server;
  // Nobody waits in these tests: the answer may come before the check's end.
  await call("PUT", "/v1/providers/openai/credentials", { apiKey: good, baseUrl });
  expect(await checked("ok")).toMatchObject({ configuredBy: "workspace" });
  await product.client.raw("PUT", "/v1/providers/openai/credentials", { apiKey: bad, baseUrl });
  expect(await checked("failed")).toMatchObject({ configuredBy: "workspace" });

  const { id } = await call<{ id: string }>("POST", "/v1/generations", {
    kind: "text",
    prompt: "A lighthouse at dawn",
    model: "openai/gpt-5.4-mini",
  });
  const made = await vi.waitFor(
    async () => {
      const found = await call<{ status: string }>("GET", `/v1/generations/${id}`);
      expect(["succeeded", "failed"]).toContain(found.status);
      return found;
    },
    { timeout: 20_000, interval: 100 },
  );
  expect(made).toMatchObject({ status: "succeeded", outputs: [{ text: "Ahoy" }] });
  expect(server.asked).toEqual([
    { what: "GET /v1/models", key: good },
    { what: "GET /v1/models", key: bad },
    { what: "POST /v1/responses", key: good },
  ]);

  const { temporal: client, deps } = product;
  const texts = await readTemporal({ client, keyRing: deps.keyRing });
  const stories = [...texts.keys()].filter((name) => name.startsWith("provider-key/"));
  expect(stories).toHaveLength(2);
  const told = [...texts.values()].join("\n");
  expect(told).toContain("ask the provider which models the key sees");
  for (const key of [good, bad]) expect(told).not.toContain(key);
  expect(await findInDatabase(product.database, { good, bad })).toEqual(new Map());
});
