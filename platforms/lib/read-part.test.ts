import { expect, it } from "vitest";
import type { MediaPart } from "#platforms/contract.ts";
import { readPart } from "./read-part.ts";

function partOf(chunks: number[][]): MediaPart {
  return {
    renditionId: "r1",
    kind: "image",
    contentType: "image/png",
    bytes: 4,
    sha256: "00",
    width: 1,
    height: 1,
    open: () => Promise.resolve(ReadableStream.from(chunks.map((chunk) => Uint8Array.from(chunk)))),
  };
}

it("readPart joins what the stream gives", async () => {
  const bytes = await readPart({ part: partOf([[1, 2], [], [3, 4]]), start: 0, length: 4 });
  expect([...bytes]).toEqual([1, 2, 3, 4]);
});

it.each([[[[1, 2, 3]]], [[[1, 2, 3, 4, 5]]]])(
  "readPart refuses a file of another size: %o",
  async (chunks) => {
    await expect(readPart({ part: partOf(chunks), start: 0, length: 4 })).rejects.toMatchObject({
      fate: "retry",
      code: "media_unreadable",
    });
  },
);
