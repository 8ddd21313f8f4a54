import { afterEach, beforeEach, expect, test } from "vitest";
import { startReceiver, type Receiver } from "#test/harness/start-receiver.ts";
import { postMessage } from "./post-message.ts";

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const post = (over: Partial<Parameters<typeof postMessage>[0]> = {}) =>
  postMessage({ fetch, url: receiver.url, headers: { "x-one": "1" }, body: '{"a":1}', ...over });

test("posts the body as it is, and tells what was answered", async () => {
  receiver.answers({ status: 201, body: "thanks" });
  const posted = await post();
  expect(posted).toMatchObject({ httpStatus: 201, answer: "thanks", retryAfter: null });
  expect(receiver.received).toMatchObject([
    { body: '{"a":1}', headers: { "x-one": "1", "content-type": "application/json" } },
  ]);
});

test("follows no redirect", async () => {
  receiver.answers({ status: 307, headers: { location: receiver.url } });
  expect(await post()).toMatchObject({
    httpStatus: 307,
    error: expect.stringMatching(/redirects/),
  });
  expect(receiver.received).toHaveLength(1);
});

test("waits for an answer as long as it may, and no longer", async () => {
  receiver.answers({ silent: true });
  const posted = await post({ timeoutMs: 100 });
  expect(posted.httpStatus).toBeUndefined();
  expect(posted.error).toBe("No answer within 0.1 seconds.");
});

test("keeps the beginning of a long answer, and nothing that can't be stored", async () => {
  receiver.answers({ body: `\0${"é".repeat(3_000_000)}` });
  expect((await post()).answer).toBe("é".repeat(1_024));
});

test("says why nobody is there", async () => {
  await receiver.close();
  const posted = await post();
  expect(posted.httpStatus).toBeUndefined();
  expect(posted.error).toMatch(/ECONNREFUSED/);
  receiver = await startReceiver();
});

test("ends with whoever asked for it", async () => {
  receiver.answers({ silent: true });
  await expect(post({ signal: AbortSignal.abort(new Error("stopping")) })).rejects.toThrow(
    "stopping",
  );
});
