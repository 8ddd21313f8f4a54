import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createGuardedFetch, EgressRefused, isPublicAddress } from "./egress.ts";

describe("which addresses are public", () => {
  const evil = [
    // this host, loopback
    ...["0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.254"],
    // private, shared, link-local with the clouds' metadata
    ...[
      "10.0.0.1",
      "10.255.255.255",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.0.1",
      "192.168.255.255",
    ],
    ...["100.64.0.1", "100.127.255.255", "169.254.0.1", "169.254.169.254", "100.100.100.200"],
    // protocol assignments, documentation, benchmarks, 6to4 relays
    ...[
      "192.0.0.1",
      "192.0.0.170",
      "192.0.2.1",
      "198.51.100.1",
      "203.0.113.1",
      "198.18.0.1",
      "198.19.255.255",
    ],
    "192.88.99.1",
    // multicast, reserved, broadcast
    ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.254", "255.255.255.255"],
    // IPv6: unspecified, loopback, link-local, unique local, site-local, multicast
    ...[
      "::",
      "::1",
      "0:0:0:0:0:0:0:1",
      "fe80::1",
      "fe80::1%eth0",
      "febf::1",
      "fc00::1",
      "fd12:3456::1",
    ],
    ...["fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1"],
    // IPv4 in disguise: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP's own ranges
    ...[
      "::ffff:127.0.0.1",
      "::ffff:7f00:1",
      "::ffff:10.0.0.1",
      "::ffff:169.254.169.254",
      "0:0:0:0:0:ffff:c0a8:0001",
    ],
    ...["::127.0.0.1", "::7f00:1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1"],
    ...[
      "64:ff9b:1::1",
      "2002:7f00:1::",
      "2002:a00:1::1",
      "2002:c0a8:101::1",
      "2001::1",
      "2001:0:7f00:1::1",
    ],
    // discard, documentation, benchmarks, ORCHID, segment routing, not assigned
    ...[
      "100::1",
      "2001:db8::1",
      "3fff::1",
      "2001:2::1",
      "2001:10::1",
      "2001:20::1",
      "5f00::1",
      "4000::1",
      "e000::1",
    ],
    // no addresses at all
    ...["", "localhost", "example.org", "127.0.0.1:80", "[::1]", "1.2.3.4.5", "::g"],
  ];
  test("the table is long enough to mean something", () =>
    expect(new Set(evil).size).toBeGreaterThanOrEqual(60));
  test.each(evil)("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));

  const good = [
    ...[
      "1.1.1.1",
      "8.8.8.8",
      "9.255.255.255",
      "11.0.0.0",
      "172.15.255.255",
      "172.32.0.0",
      "192.167.255.255",
    ],
    ...[
      "100.63.255.255",
      "100.128.0.0",
      "169.253.255.255",
      "126.255.255.255",
      "128.0.0.1",
      "223.255.255.255",
    ],
    ...[
      "2606:4700:4700::1111",
      "2a00:1450:4001:800::200e",
      "2001:4860:4860::8888",
      "::ffff:8.8.8.8",
    ],
  ];
  test.each(good)("%s is", (address) => expect(isPublicAddress(address)).toBe(true));
});

describe("a guarded fetch", () => {
  let server: Server;
  let port: number;
  let connections: number;
  let answer: (
    request: IncomingMessage,
    path: string,
  ) => Promise<{ status?: number; location?: string; body?: string }>;
  beforeEach(async () => {
    connections = 0;
    answer = async () => ({ body: "hello" });
    server = createServer((request, response) => {
      void answer(request, request.url ?? "").then(({ status = 200, location, body }) => {
        response.writeHead(status, location ? { location } : {}).end(body);
      });
    }).on("connection", () => (connections += 1));
    // On every address, IPv4 and IPv6, so that no form misses it.
    await new Promise<void>((resolve) => server.listen(0, resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  const ways = [
    ...[
      "127.0.0.1",
      "127.1",
      "127.0.1",
      "2130706433",
      "0x7f000001",
      "0x7f.0.0.1",
      "0177.0.0.1",
      "017700000001",
    ],
    ...[
      "127.0.0.1.",
      "0",
      "0.0.0.0",
      "0x0",
      "127.1.1.1",
      "１２７.0.0.1",
      "127。0。0。1",
      "%31%32%37.0.0.1",
    ],
    ...["localhost", "LOCALHOST", "localhost.", "user:password@127.0.0.1"],
    ...[
      "[::1]",
      "[::]",
      "[0:0:0:0:0:0:0:1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[::127.0.0.1]",
    ],
    ...["[64:ff9b::7f00:1]", "[2002:7f00:1::]"],
  ];
  test.each(ways)("refuses http://%s before it connects", async (host) => {
    const guarded = createGuardedFetch({ allow: [], connectTimeoutMs: 2_000 });
    const error: unknown = await guarded(`http://${host}:${port}/`).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    // A name that does not resolve, or an address with a password, is refused for that.
    expect(reasonOf(error)).toMatch(/is private|ENOTFOUND|EAI_AGAIN|includes credentials/);
    expect(connections).toBe(0);
  });

  test("says what to do", async () => {
    const guarded = createGuardedFetch({ allow: [] });
    const error: unknown = await guarded(`http://127.0.0.1:${port}/`).catch(
      (thrown: unknown) => thrown,
    );
    expect(error instanceof Error && error.cause).toBeInstanceOf(EgressRefused);
    expect(reasonOf(error)).toContain("add host:port to EGRESS_ALLOW");
  });

  test.each([
    "http://8.8.8.8:8080/",
    "https://8.8.8.8:2222/",
    "http://[2606:4700:4700::1111]:6379/",
  ])("refuses %s, public as it is, for its port", async (url) => {
    const guarded = createGuardedFetch({ allow: ["8.8.8.8:80"], connectTimeoutMs: 500 });
    const error: unknown = await guarded(url).catch((thrown: unknown) => thrown);
    expect(error instanceof Error && error.cause).toBeInstanceOf(EgressRefused);
    expect(reasonOf(error)).toMatch(/only ports 80 and 443 are open; .*add host:port to EGRESS_A/);
  });

  test("reaches what is allowed, and nothing beside it", async () => {
    const guarded = createGuardedFetch({ allow: [`LocalHost:${port}`] });
    const answered = await guarded(`http://localhost:${port}/`);
    expect(await answered.text()).toBe("hello");
    await expect(guarded(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(connections).toBe(1);
    const other = createGuardedFetch({ allow: [`127.0.0.1:${port + 1}`, "127.0.0.1"] });
    await expect(other(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(connections).toBe(1);
  });

  test.each([(at: number) => `[::1]:${at}`, (at: number) => `::1:${at}`])(
    "takes an IPv6 address, %s",
    async (entry) => {
      const guarded = createGuardedFetch({ allow: [entry(port)] });
      expect((await guarded(`http://[::1]:${port}/`)).status).toBe(200);
    },
  );

  test.each([undefined, "follow", "manual"] as const)(
    "follows no redirect, asked to or not: %s",
    async (redirect) => {
      const seen: string[] = [];
      answer = async (_request, path) => {
        seen.push(path);
        return path === "/first" ? { status: 302, location: "/second" } : {};
      };
      const guarded = createGuardedFetch({ allow: [`127.0.0.1:${port}`] });
      const answered = await guarded(
        `http://127.0.0.1:${port}/first`,
        redirect ? { redirect } : {},
      );
      expect(answered.status).toBe(302);
      expect(answered.headers.get("location")).toBe("/second");
      expect(seen).toEqual(["/first"]);
    },
  );

  test("takes every body and a Request as Node's fetch does", async () => {
    answer = async (request) => ({
      body: `${request.method} ${request.headers["content-type"]} ${await text(request)}`,
    });
    const guarded = createGuardedFetch({ allow: [`127.0.0.1:${port}`] });
    const url = `http://127.0.0.1:${port}/`;
    const send = async (body: NonNullable<RequestInit["body"]>) =>
      (await guarded(url, { method: "POST", body })).text();
    const form = new FormData();
    form.set("caption", "a cat");
    form.set("file", new File(["bytes"], "cat.txt", { type: "text/plain" }));
    const sent = await send(form);
    expect(sent).toMatch(/^POST multipart\/form-data; ?boundary=/);
    expect(sent).toContain('name="caption"\r\n\r\na cat');
    expect(sent).toContain('filename="cat.txt"');
    expect(await send(new URLSearchParams({ a: "1" }))).toContain("a=1");
    expect(await send(new Blob(["blob"]))).toContain("blob");
    expect(await send(new Uint8Array([104, 105]))).toContain("hi");
    const request = new Request(url, {
      method: "PUT",
      body: "whole",
      headers: { "content-type": "text/x" },
    });
    expect(await (await guarded(request)).text()).toBe("PUT text/x whole");
  });

  test("obeys the caller's signal", async () => {
    answer = () => new Promise(() => undefined);
    const guarded = createGuardedFetch({ allow: [`127.0.0.1:${port}`] });
    const controller = new AbortController();
    const asked = guarded(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    server.closeAllConnections();
  });
});

/** What an error says, and what caused it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return `${error.message} ${reasonOf(error.cause)}`;
}
