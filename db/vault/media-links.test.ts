import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initKeyRing, loadKeyRing, type KeyRing } from "./key-ring.ts";
import { checkMediaLink, mediaLink, type LinkedMedia } from "./media-links.ts";

const media: LinkedMedia = { workspaceId: "w", kind: "assets", id: "a" };
const now = new Date("2026-11-23T10:20:00Z");

let dir: string;
let keyRing: KeyRing;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "media-links-"));
  await initKeyRing(join(dir, "ring.json"));
  keyRing = await loadKeyRing(join(dir, "ring.json"));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

const link = (at = now, of = media) =>
  new URL(mediaLink({ keyRing, origin: "http://media.example", media: of, now: at }));

const proofOf = (url: URL) => ({
  expires: Number(url.searchParams.get("expires")),
  key: url.searchParams.get("key") ?? "",
  signature: url.searchParams.get("signature") ?? "",
});

describe("a link to media", () => {
  it("is good for one to two hours, and the same within an hour", () => {
    const url = link();
    expect(url.origin + url.pathname).toBe("http://media.example/media/w/assets/a");
    const proof = proofOf(url);
    expect(new Date(proof.expires * 1000).toISOString()).toBe("2026-11-23T12:00:00.000Z");
    expect(link(new Date("2026-11-23T10:59:59Z")).href).toBe(url.href);
    expect(link(new Date("2026-11-23T11:00:00Z")).href).not.toBe(url.href);
    const check = (at: string) => checkMediaLink({ keyRing, media, proof, now: new Date(at) });
    expect(check("2026-11-23T11:59:59.999Z")).toBe("good");
    expect(check("2026-11-23T12:00:00Z")).toBe("expired");
  });

  it("stands for nothing else, and nothing of it can be changed", () => {
    const proof = proofOf(link());
    const check = (change: Partial<typeof proof>, of: Partial<LinkedMedia> = {}) =>
      checkMediaLink({ keyRing, media: { ...media, ...of }, proof: { ...proof, ...change }, now });
    expect(check({})).toBe("good");
    for (const [change, of] of [
      [{}, { workspaceId: "x" }],
      [{}, { kind: "renditions" as const }],
      [{}, { id: "b" }],
      [{ expires: proof.expires + 1 }, {}],
      [{ key: "constructor" }, {}],
      [{ key: "" }, {}],
      [{ signature: "" }, {}],
      [{ signature: proof.signature.slice(0, -1) }, {}],
      [{ signature: `${proof.signature}AA` }, {}],
      [{ signature: "A".repeat(proof.signature.length) }, {}],
    ] as const)
      expect(check(change, of), JSON.stringify([change, of])).toBe("forged");
  });

  it("is signed by a key of this installation alone", async () => {
    await initKeyRing(join(dir, "other.json"));
    const other = await loadKeyRing(join(dir, "other.json"));
    expect(checkMediaLink({ keyRing: other, media, proof: proofOf(link()), now })).toBe("forged");
  });
});
