import sharp from "sharp";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startOpenAiServer, type OpenAiServer } from "#test/contracts/start-openai-server.ts";
import { startProduct, type Product } from "#test/harness/start-product.ts";

/** The whole product with a server that speaks OpenAI's protocol and is not ours, from the order to the file. */

let openai: OpenAiServer;
let product: Product;

beforeAll(async () => {
  openai = await startOpenAiServer();
  const { baseUrl } = openai;
  product = await startProduct({
    deps: () => ({
      defaultProvider: "openai",
      providerCredentials: (name) =>
        name === "openai" ? { apiKey: "sk-test", baseUrl, api: "responses" } : {},
    }),
  });
});
afterAll(async () => {
  await product?.close();
  await openai?.close();
});

interface Generation {
  status: string;
  model: string;
  credits: number;
  outputs: { text?: string; assetId?: string }[];
  error: { code: string } | null;
}

interface Asset {
  id: string;
  contentType: string;
  width: number | null;
  offlineOutput: boolean;
  contentUrl: string;
}

async function generate(body: object): Promise<Generation> {
  const { client } = product;
  const { id } = await client.call<{ id: string }>("POST", "/v1/generations", body);
  return vi.waitFor(
    async () => {
      const found = await client.call<Generation>("GET", `/v1/generations/${id}`);
      expect(["succeeded", "failed", "expired"]).toContain(found.status);
      return found;
    },
    { timeout: 60_000, interval: 100 },
  );
}

async function assetOf(generation: Generation): Promise<Asset> {
  expect(generation).toMatchObject({ status: "succeeded", error: null });
  return product.client.call<Asset>("GET", `/v1/assets/${generation.outputs[0]?.assetId ?? ""}`);
}

it("writes text", async () => {
  openai.script([{ content: "The light is on." }]);
  const made = await generate({ kind: "text", prompt: "A lighthouse" });
  expect(made).toMatchObject({ status: "succeeded", outputs: [{ text: "The light is on." }] });
  expect(made.model).toMatch(/^openai\//u);
  expect(made.credits).toBeGreaterThan(0);
});

it("makes an image, speech, and hears what was said", async () => {
  const background = "teal";
  const picture = sharp({ create: { width: 1024, height: 1536, channels: 3, background } });
  openai.script([{ image: { b64Json: (await picture.png().toBuffer()).toString("base64") } }]);
  const image = await assetOf(
    await generate({ kind: "image", prompt: "A lighthouse", settings: { size: "1024x1536" } }),
  );
  expect(image).toMatchObject({ contentType: "image/png", width: 1024, offlineOutput: false });

  openai.script([{ audio: tone().toString("base64") }]);
  const speech = await assetOf(
    await generate({ kind: "audio", prompt: "The light is on.", settings: { format: "wav" } }),
  );
  expect(speech).toMatchObject({ contentType: "audio/wav", offlineOutput: false });

  openai.script([{ transcription: heard }]);
  const transcript = await generate({ kind: "audio", inputs: [{ assetId: speech.id }] });
  expect(transcript).toMatchObject({
    status: "succeeded",
    outputs: [{ text: "The light is on." }],
  });
});

it("asks again what was busy, and gives the credits back where the key is refused", async () => {
  openai.script([
    { error: { message: "Overloaded.", type: "server_error" }, status: 503 },
    { content: "The light is on." },
  ]);
  const made = await generate({ kind: "text", prompt: "A lighthouse" });
  expect(made.status).toBe("succeeded");
  openai.script([
    {
      error: { message: "Bad key.", type: "invalid_request_error", code: "invalid_api_key" },
      status: 401,
    },
  ]);
  const refused = await generate({ kind: "text", prompt: "A lighthouse" });
  expect(refused).toMatchObject({ status: "failed", credits: 0, error: { code: "unauthorized" } });
});

/** As Whisper answers: https://platform.openai.com/docs/api-reference/audio/verbose-json-object */
const heard = {
  text: "The light is on.",
  language: "english",
  duration: 1,
  segments: [
    {
      id: 0,
      seek: 0,
      start: 0,
      end: 1,
      text: "The light is on.",
      tokens: [50_364, 440, 1_442],
      temperature: 0,
      avg_logprob: -0.2,
      compression_ratio: 0.6,
      no_speech_prob: 0.01,
    },
  ],
};

/** A second of 440 Hz as a WAV file: 16 bits, one channel, 8 kHz. */
function tone(): Buffer {
  const rate = 8_000;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + rate * 2, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(rate * 2, 40);
  const samples = Buffer.alloc(rate * 2);
  for (let index = 0; index < rate; index += 1)
    samples.writeInt16LE(
      Math.round(8_000 * Math.sin((2 * Math.PI * 440 * index) / rate)),
      index * 2,
    );
  return Buffer.concat([header, samples]);
}
