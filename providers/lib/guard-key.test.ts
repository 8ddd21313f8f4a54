import { LoadAPIKeyError } from "@ai-sdk/provider";
import { expect, it } from "vitest";
import { classifyModelError } from "#activities/lib/classify-model-error.ts";
import { manifest } from "#providers/elevenlabs/manifest.ts";
import { guardKey } from "./guard-key.ts";

const apiKey = "sk_4f2a";
const guarded = (response: Response) =>
  guardKey(manifest, {
    ffmpegPath: "ffmpeg",
    credentials: { apiKey },
    fetch: () => Promise.resolve(response),
  }).fetch("https://api.example");

it("takes the key out of what a failure says, in words and in headers", async () => {
  const headers = {
    "www-authenticate": `Key ${apiKey}`,
    "content-encoding": "br",
    "retry-after": "7",
  };
  const seen = await guarded(
    new Response(`no such key: ${apiKey}, ${apiKey}`, { status: 401, headers }),
  );
  expect(seen.status).toBe(401);
  expect(await seen.text()).toBe("no such key: [key], [key]");
  expect(Object.fromEntries(seen.headers)).toMatchObject({
    "www-authenticate": "Key [key]",
    "retry-after": "7",
  });
  expect(seen.headers.has("content-encoding")).toBe(false);
});

it("leaves answers of success, and those without words, as they are", async () => {
  const headers = { "content-type": "audio/mpeg", "request-id": "r1" };
  const success = await guarded(new Response(apiKey, { status: 201, headers }));
  expect(success.status).toBe(201);
  expect(Object.fromEntries(success.headers)).toEqual(headers);
  expect(await success.text()).toBe(apiKey);
  for (const response of [new Response(null), new Response(null, { status: 404 })])
    expect(await guarded(response)).toBe(response);
});

it("reads no more of a success than may be held in memory", async () => {
  const chunk = new Uint8Array(1024 * 1024);
  let sent = 0;
  let cancelled = false;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(chunk);
      },
      cancel() {
        cancelled = true;
      },
    });
  const { body } = await guarded(new Response(endless()));
  const reading = body?.pipeTo(new WritableStream()) ?? Promise.resolve();
  const error: unknown = await reading.catch((reason: unknown) => reason);
  expect(classifyModelError(error)).toMatchObject({ code: "provider_down" });
  expect(String(error)).toContain("256 MB");
  expect(sent).toBeLessThan(262);
  expect(cancelled).toBe(true);

  const claiming = { headers: { "content-length": "300000000" } };
  sent = 0;
  await expect(guarded(new Response(endless(), claiming))).rejects.toThrow("256 MB");
  expect(sent).toBeLessThan(3);
});

it("reads no more of a failure than can say anything", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(16 * 1024).fill(97));
    },
  });
  const seen = await guarded(new Response(endless, { status: 500 }));
  expect((await seen.text()).length).toBe(64 * 1024);
  expect(sent).toBeLessThan(10);
});

it.each([{}, { apiKey: "" }, { apiKey: "  " }])(
  "says what to set where there is %j",
  (credentials) => {
    const make = () => guardKey(manifest, { ffmpegPath: "ffmpeg", credentials, fetch });
    expect(make).toThrow(LoadAPIKeyError);
    expect(make).toThrow(/add it for the workspace, or set ELEVENLABS_API_KEY and restart/u);
  },
);
