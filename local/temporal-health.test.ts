import http2 from "node:http2";
import net from "node:net";
import { afterEach, expect, test } from "vitest";
import { describeNamespaceMessage, temporalProblem } from "./temporal-health.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: net.Server | http2.Http2Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  closers.push(() => server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

/** Answers every call with one gRPC status, as a trailers-only response. */
function grpcServer(status: string): Promise<string> {
  const server = http2.createServer();
  server.on("stream", (stream) =>
    stream.respond(
      { ":status": 200, "content-type": "application/grpc", "grpc-status": status },
      { endStream: true },
    ),
  );
  return listen(server);
}

test("the message is a gRPC frame around field 1", () => {
  expect([...describeNamespaceMessage("ab")]).toEqual([0, 0, 0, 0, 4, 0x0a, 2, 0x61, 0x62]);
});

test("no problem when the namespace is described", async () => {
  expect(
    await temporalProblem({ address: await grpcServer("0"), namespace: "default" }),
  ).toBeUndefined();
});

test("tells a missing namespace, and any other refusal", async () => {
  expect(await temporalProblem({ address: await grpcServer("5"), namespace: "other" })).toBe(
    'it has no namespace "other"',
  );
  expect(await temporalProblem({ address: await grpcServer("7"), namespace: "default" })).toContain(
    "gRPC status 7",
  );
});

test("tells that nothing listens", async () => {
  expect(await temporalProblem({ address: "127.0.0.1:1", namespace: "default" })).toBe(
    "ECONNREFUSED",
  );
});

test("does not wait for ever", async () => {
  const address = await listen(net.createServer(() => undefined));
  expect(await temporalProblem({ address, namespace: "default", timeoutMs: 50 })).toContain(
    "no answer within",
  );
});
