import { expect, test } from "vitest";
import { waitUntilReady } from "./wait-until-ready.ts";

test("shows that it is starting while nothing answers yet", async () => {
  const controller = new AbortController();
  const shown: string[] = [];
  const waiting = waitUntilReady({
    // Nothing listens on port 1.
    apiUrl: "http://127.0.0.1:1",
    signal: controller.signal,
    logs: "/logs",
    report(detail) {
      shown.push(detail);
      controller.abort();
    },
  });
  await expect(waiting).rejects.toThrow(/abort/i);
  expect(shown).toEqual(["starting"]);
});

test("says that nothing answered once the time is over", async () => {
  const waiting = waitUntilReady({
    apiUrl: "http://127.0.0.1:1",
    signal: new AbortController().signal,
    timeoutMs: 1,
    logs: "/logs",
  });
  await expect(waiting).rejects.toThrow(/it does not answer[\s\S]*Read the logs in \/logs/);
});
