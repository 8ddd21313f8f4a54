import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classifyModelError } from "./classify-model-error.ts";
import { downloadOutput } from "./download-output.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "download-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const maximumBytes = 1_000_000;

type VideoFile = Parameters<typeof downloadOutput>[0]["file"];
const atAddress: VideoFile = {
  type: "url",
  url: "https://cdn.example/a.mp4",
  mediaType: "video/mp4",
};

function download(answer: Response, file: VideoFile = atAddress) {
  const filePath = join(folder, "output");
  const { signal } = new AbortController();
  const fetch = () => Promise.resolve(answer);
  return downloadOutput({ file, fetch, filePath, maximumBytes, signal });
}

describe("what a job made", () => {
  it("goes into a file where it is at an address", async () => {
    const filePath = join(folder, "output");
    expect(await download(new Response("a video"))).toEqual({ path: filePath });
    expect(await readFile(filePath, "utf8")).toBe("a video");
    expect((await stat(filePath)).mode & 0o077).toBe(0);
  });

  it("is taken as it is where the provider sent it itself", async () => {
    const data = Buffer.from("a video");
    const none = new Response(null);
    const mediaType = "video/mp4";
    expect(await download(none, { type: "binary", data, mediaType })).toEqual({ data });
    const base64 = data.toString("base64");
    expect(await download(none, { type: "base64", data: base64, mediaType })).toEqual({ data });
  });

  it("is refused once it is larger than it may be, whatever it said", async () => {
    const chunk = new Uint8Array(64 * 1024);
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(chunk),
      cancel: () => {
        cancelled = true;
      },
    });
    const error: unknown = await download(new Response(endless)).catch((reason: unknown) => reason);
    expect(classifyModelError(error)).toMatchObject({ code: "provider_down" });
    expect(cancelled).toBe(true);
    expect((await stat(join(folder, "output"))).size).toBeLessThanOrEqual(maximumBytes);
  });

  it("is the provider's fault where it is not there, and where it breaks off", async () => {
    const gone = new Response("no", { status: 404 });
    const broken = new Response(
      new ReadableStream({
        pull: (controller) => {
          const cause = Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
          controller.error(new TypeError("terminated", { cause }));
        },
      }),
    );
    for (const answer of [gone, broken]) {
      const error: unknown = await download(answer).catch((reason: unknown) => reason);
      expect(classifyModelError(error)).toMatchObject({ code: "provider_down", retryable: true });
    }
  });
});
