import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sendSafely } from "./send-safely.ts";
import { stepUp } from "./step-up.ts";

const keys: (string | null)[] = [];
let answers: (() => Response)[] = [];
const broken = () => {
  throw new TypeError("the line broke");
};

beforeEach(() => {
  vi.useFakeTimers();
  keys.length = 0;
  vi.stubGlobal("fetch", async (request: Request) => {
    keys.push(request.headers.get("Idempotency-Key"));
    return (answers.shift() ?? (() => new Response("{}")))();
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function send(body: string, method = "POST"): Promise<Response | TypeError> {
  const request = new Request("https://drum.example/v1/agents", {
    method,
    ...(method === "GET" ? {} : { body }),
  });
  const sent = sendSafely(request).catch((error: TypeError) => error);
  await vi.runAllTimersAsync();
  return sent;
}

it("sends again with the same key where the line breaks, and reads but once", async () => {
  answers = [broken];
  expect(await send("one")).toBeInstanceOf(Response);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[1]).toBe(keys[0]);
  answers = [broken];
  expect(await send("", "GET")).toBeInstanceOf(TypeError);
  expect(keys.slice(2)).toEqual([null]);
});

it("keeps the key of what nobody answered for whoever tries the same again, and for nothing else", async () => {
  answers = [broken, broken, broken];
  expect(await send("same")).toBeInstanceOf(TypeError);
  await send("other");
  await send("same");
  await send("same");
  const [first, , , other, again, later] = keys;
  expect(again).toBe(first);
  expect(new Set([first, other, later]).size).toBe(3);
});

it("takes a try long afterwards for a new wish", async () => {
  answers = [broken, broken, broken];
  await send("later");
  vi.advanceTimersByTime(11 * 60_000);
  await send("later");
  expect(keys.at(-1)).not.toBe(keys[0]);
});

it("asks for the password once more where the API wants it, and sends the same again", async () => {
  const refusal = () => Response.json({ code: "step_up_needed" }, { status: 403 });
  const takeBack = stepUp.setAsker(async () => true);
  answers = [refusal];
  expect(await send("key")).toMatchObject({ status: 200 });
  expect(keys[1]).toBe(keys[0]);
  takeBack();
  answers = [refusal];
  expect(await send("key")).toMatchObject({ status: 403 });
});
