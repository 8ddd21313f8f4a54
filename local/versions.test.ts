import { expect, test } from "vitest";
import { NODE_PACKAGES, isUsableNode } from "../scripts/lib/node-runtime.mjs";
import { officialTemporalArchives, TEMPORAL_CLI, TEMPORAL_TEST_SERVER } from "./versions.ts";

test.each([TEMPORAL_CLI, TEMPORAL_TEST_SERVER])(
  "$executable is pinned by hash for every system",
  (binary) => {
    const hashes = Object.values(binary.wheelSha256);
    expect(Object.keys(binary.wheelSha256)).toEqual([
      "linux-x64",
      "linux-arm64",
      "darwin-x64",
      "darwin-arm64",
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  },
);

test("the CLI's own words name its version", () => {
  expect(TEMPORAL_CLI.says).toContain(` ${TEMPORAL_CLI.version} `);
});

test("official archives are asked for by version, on systems that have one", () => {
  const urls = officialTemporalArchives({ platform: "darwin", arch: "arm64" });
  expect(urls).toHaveLength(2);
  for (const url of urls) expect(url).toMatch(/1\.9\.1.*darwin.*arm64/);
  expect(officialTemporalArchives({ platform: "linux", arch: "riscv64" })).toEqual([]);
});

test("Node is pinned by hash, and only one that strips types is used", () => {
  for (const { version, integrity } of Object.values(NODE_PACKAGES)) {
    expect(isUsableNode(version)).toBe(true);
    expect(integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  }
  expect(["v24.12.0", "24.21.0"].map(isUsableNode)).toEqual([true, true]);
  expect(["v24.11.1", "v20.20.2", "v26.1.0", "", "v124.12.0"].some(isUsableNode)).toBe(false);
});
