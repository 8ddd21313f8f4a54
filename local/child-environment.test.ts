import { expect, test } from "vitest";
import { childEnvironment, egressAllow } from "./child-environment.ts";

test("adds the sandbox network to what the person allows, once", () => {
  expect(egressAllow(undefined, "http://127.0.0.1:21000")).toBe("127.0.0.1:21000");
  expect(egressAllow("10.0.0.5:443, 127.0.0.1:21000,", "http://127.0.0.1:21000")).toBe(
    "10.0.0.5:443,127.0.0.1:21000",
  );
});

test("passes on the person's settings and nothing of npm's or the owner's", () => {
  const env = childEnvironment({
    inherited: {
      OPENAI_API_KEY: "key",
      NODE_ENV: "development",
      DATABASE_ADMIN_URL: "postgresql://owner@h/d",
      npm_lifecycle_event: "start",
      NODE_CHANNEL_FD: "3",
    },
    addresses: {
      databaseUrl: "postgresql://service@h/d",
      temporalAddress: "127.0.0.1:7233",
      temporalNamespace: "default",
      apiHost: "127.0.0.1",
      apiPort: 4400,
      publicUrl: "https://d.example",
      sandboxNetworkUrl: "http://127.0.0.1:21000",
    },
    dataDir: "/d",
    storageDir: "/d/storage",
    keyRingFile: "/d/key-ring.json",
    workflowBundle: "/c/bundle.js",
    consoleDir: "/c/console",
    ffmpegPath: "/usr/bin/ffmpeg",
    ffprobePath: "/usr/bin/ffprobe",
  });
  expect(env).toMatchObject({
    OPENAI_API_KEY: "key",
    NODE_ENV: "production",
    API_PORT: "4400",
    PUBLIC_URL: "https://d.example",
  });
  for (const name of [
    "DATABASE_ADMIN_URL",
    "npm_lifecycle_event",
    "NODE_CHANNEL_FD",
    "TEMPORAL_UI_URL",
  ]) {
    expect(env).not.toHaveProperty(name);
  }
});
