import { APICallError } from "@ai-sdk/provider";
import { expect, it } from "vitest";
import { z } from "zod";
import { callForBytes, callForJson } from "./call-provider.ts";

const call = (response: Response) => ({
  fetch: () => Promise.resolve(response),
  url: "https://api.example/things",
  headers: { authorization: "Bearer sk_4f2a" },
});
const thing = z.object({ id: z.string() });
const failureOf = async (promise: Promise<unknown>): Promise<APICallError> => {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  return APICallError.isInstance(error) ? error : expect.fail(String(error));
};

it("reads JSON of the shape that is asked for", async () => {
  expect(await callForJson(call(Response.json({ id: "a", more: 1 })), thing)).toEqual({ id: "a" });
});

it.each([
  ["another shape", Response.json({ id: 3 })],
  ["no JSON", new Response("<html>")],
  ["nothing", new Response(null)],
  ["a failure", Response.json({ detail: "no" }, { status: 503 })],
])("throws for %s, with the status and without what was sent", async (_, response) => {
  const { status } = response;
  const error = await failureOf(callForJson(call(response), thing));
  expect(error).toMatchObject({ statusCode: status, url: "https://api.example/things" });
  expect(JSON.stringify(error)).not.toContain("sk_4f2a");
});

it("takes bytes up to a limit, and says what they are", async () => {
  const answer = (size: number) =>
    call(new Response(new Uint8Array(size), { headers: { "content-type": "audio/mpeg; x=y" } }));
  expect(await callForBytes({ ...answer(9), maxBytes: 9 })).toEqual({
    data: Buffer.alloc(9),
    mediaType: "audio/mpeg",
  });
  for (const size of [0, 10])
    expect((await failureOf(callForBytes({ ...answer(size), maxBytes: 9 }))).statusCode).toBe(200);
});
