import { describe, expect, it } from "vitest";
import type { ProviderDeps } from "#providers/contract.ts";
import { cancelPrediction, predictionProgress, replicateVideoModel } from "./video-model.ts";

const getUrl = "https://api.replicate.com/v1/predictions/rrr4z55ocneqzikepnug6xezpe";

function answering(body: unknown) {
  const urls: string[] = [];
  const deps: ProviderDeps = {
    ffmpegPath: "ffmpeg",
    credentials: { apiKey: "r8_test" },
    fetch: (input) => {
      urls.push(String(input));
      return Promise.resolve(Response.json(body));
    },
  };
  return { deps, urls };
}
const look = async (body: unknown, operation = { getUrl }) => {
  const { deps, urls } = answering(body);
  const model = replicateVideoModel(deps, "google/veo-3.1-fast");
  return { status: await model.doStatus?.({ operation }), urls };
};

describe("looking at a prediction", () => {
  it("takes a result alone or the first of a list", async () => {
    for (const output of ["https://replicate.delivery/a.mp4", ["https://replicate.delivery/a.mp4"]])
      expect((await look({ status: "succeeded", output })).status).toMatchObject({
        status: "completed",
        videos: [{ type: "url", url: "https://replicate.delivery/a.mp4" }],
      });
  });

  it("says that one ended whose result was deleted, that failed or that somebody stopped", async () => {
    for (const body of [
      { status: "succeeded", output: null },
      { status: "failed", error: "out of memory" },
      { status: "canceled" },
      { status: "aborted" },
    ])
      expect((await look(body)).status).toMatchObject({ status: "error" });
  });

  it.each([
    ["", undefined],
    ["loading weights", undefined],
    ["  0%|          | 0/50\n 42%|████▏     | 21/50 [00:04<00:06]", 0.42],
    ["999%|", undefined],
  ])("reads how far it is out of its log: %j", async (logs, fraction) => {
    const { status } = await look({ status: "processing", logs });
    const expected = fraction === undefined ? {} : { fraction };
    expect(predictionProgress(status?.providerMetadata)).toEqual(expected);
  });

  it("asks the server that the credentials name, wherever the address that was stored points", async () => {
    const elsewhere = "https://elsewhere.example/v1/predictions/abc1";
    const { urls } = await look({ status: "starting" }, { getUrl: elsewhere });
    expect(urls).toEqual(["https://api.replicate.com/v1/predictions/abc1"]);
    await expect(
      look({ status: "starting" }, { getUrl: "https://x.example/../files" }),
    ).rejects.toThrow(/no prediction/u);
  });
});

it("takes a prediction that is being stopped for cancelled", async () => {
  const { deps } = answering({ status: "processing" });
  const { signal } = new AbortController();
  expect(await cancelPrediction(deps, { operation: { getUrl }, signal })).toBe("cancelled");
});
