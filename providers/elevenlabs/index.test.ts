import { generateSpeech } from "ai";
import { expect, it } from "vitest";
import type { ProviderDeps } from "#providers/contract.ts";
import { provider } from "./index.ts";

function recordCalls(baseUrl?: string) {
  const calls: { url: string; body: string }[] = [];
  const deps: ProviderDeps = {
    ffmpegPath: "ffmpeg",
    credentials: { apiKey: "sk_test", ...(baseUrl && { baseUrl }) },
    fetch: (input, init) => {
      calls.push({ url: String(input), body: String(init?.body) });
      return Promise.resolve(new Response(new Uint8Array([0xff, 0xfb, 0x90, 0x64])));
    },
  };
  return { calls, deps };
}

it.each([
  [undefined, "https://api.elevenlabs.io/v1/"],
  ["https://api.eu.residency.elevenlabs.io", "https://api.eu.residency.elevenlabs.io/v1/"],
  ["https://proxy.example/eleven/", "https://proxy.example/eleven/v1/"],
  // What begins like the name of another server is a path here.
  ["https://proxy.example//evil.example", "https://proxy.example//evil.example/v1/"],
])("calls the server that the credentials name: %s", async (baseUrl, start) => {
  const { calls, deps } = recordCalls(baseUrl);
  const { signal } = new AbortController();
  await generateSpeech({
    model: provider.speechModel(deps, "eleven_v3"),
    text: "Hello.",
    maxRetries: 0,
  });
  await provider
    .soundModel(deps, "music_v1")
    .generate({ task: "music", prompt: "Calm.", signal, providerOptions: {} });
  expect(calls.map(({ url }) => url.startsWith(start))).toEqual([true, true]);
  expect(calls[0]?.url).toContain("enable_logging=false");
});

it("asks for a length of music and of sounds in the units of each", async () => {
  const { calls, deps } = recordCalls();
  const asked = { prompt: "Rain.", seconds: 5, providerOptions: {} };
  await provider.soundModel(deps, "music_v1").generate({ task: "music", ...asked });
  await provider.soundModel(deps, "eleven_text_to_sound_v2").generate({ task: "sound", ...asked });
  const bodies = calls.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  expect(bodies).toMatchObject([{ music_length_ms: 5_000 }, { duration_seconds: 5 }]);
});

it("asks for the length that the catalogue names first where none is asked for", async () => {
  const { calls, deps } = recordCalls();
  const asked = { prompt: "Rain.", providerOptions: {} };
  await provider.soundModel(deps, "music_v1").generate({ task: "music", ...asked });
  expect(JSON.parse(calls[0]?.body ?? "")).toMatchObject({ music_length_ms: 30_000 });
});
