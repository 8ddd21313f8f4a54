import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initKeyRing } from "#db/vault/key-ring.ts";
import { hashFile } from "#storage/hash-file.ts";
import { openStore, type StorageSettings } from "#storage/open-store.ts";
import { findFreePort } from "../../observe/temporal-metrics.ts";
import { register } from "../harness/client.ts";
import { createTestDatabase, type TestDatabase } from "../harness/database.ts";
import { eventually } from "../harness/installation.ts";
import { testServices } from "../harness/services.ts";
import { spawnProgram, type Program } from "../harness/spawn-program.ts";
import { ensureS3Server, startS3Server, type S3Server } from "../harness/start-s3-server.ts";

const s3 = await ensureS3Server();
const reason = "missing" in s3 ? ` (skipped: ${s3.missing})` : "";

let dir: string;
let database: TestDatabase;
let server: S3Server | undefined;
const programs: Program[] = [];

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "drumbeat-killed-"));
  await initKeyRing(path.join(dir, "key-ring.json"));
  database = await createTestDatabase();
  if (!("missing" in s3)) server = await startS3Server(s3);
});

afterAll(async () => {
  for (const program of programs) await program.end();
  await server?.close();
  await database?.drop();
  await rm(dir, { recursive: true, force: true });
});

/** Where files are kept, and how a process is told. */
async function place(
  kind: "files" | "s3",
): Promise<{ settings: StorageSettings; env: Record<string, string> }> {
  if (kind === "files") {
    const storageDir = path.join(dir, "storage");
    return { settings: { kind, dir: storageDir }, env: { STORAGE_DIR: storageDir } };
  }
  const bucket = await server?.makeBucket();
  if (!bucket) throw new Error("there is no S3 server");
  return {
    settings: { kind, s3: bucket },
    env: {
      STORAGE: "s3",
      STORAGE_S3_ENDPOINT: bucket.endpoint ?? "",
      STORAGE_S3_BUCKET: bucket.bucket,
      STORAGE_S3_ACCESS_KEY_ID: bucket.accessKeyId,
      STORAGE_S3_SECRET_ACCESS_KEY: bucket.secretAccessKey,
    },
  };
}

async function startApi(port: number, env: Record<string, string>): Promise<Program> {
  const program = spawnProgram("api/server.ts", {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: testServices().temporalAddress,
    KEY_RING_FILE: path.join(dir, "key-ring.json"),
    API_PORT: String(port),
    ...env,
  });
  programs.push(program);
  await eventually(
    "the API's start",
    async () => program.said("the API is listening"),
    (said) => said === 1,
  );
  return program;
}

describe.each([
  ["files", "a folder"],
  ["s3", `a bucket of S3${reason}`],
] as const)("an upload, with %s as storage", (kind, what) => {
  it.skipIf(kind === "s3" && "missing" in s3)(
    `goes on after its process was killed in the middle of a piece, in ${what}`,
    async () => {
      const data = randomBytes(40_000_000);
      const { settings, env } = await place(kind);
      const port = await findFreePort();
      const origin = `http://127.0.0.1:${port}`;
      const first = await startApi(port, env);
      const cookie = await register(origin, {
        name: "Ada",
        email: `ada-${kind}@example.org`,
        password: "correct-horse-battery",
      });
      const tus = (method: string, address: string, headers = {}, body?: Uint8Array<ArrayBuffer>) =>
        fetch(`${origin}${address}`, {
          method,
          headers: { cookie, "tus-resumable": "1.0.0", ...headers },
          ...(body ? { body } : {}),
        });
      const begun = await tus("POST", "/v1/uploads", { "upload-length": String(data.length) });
      const address = begun.headers.get("location") ?? "";
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      const head = [
        `PATCH ${address} HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        `Cookie: ${cookie}`,
        "Tus-Resumable: 1.0.0",
        "Content-Type: application/offset+octet-stream",
        "Upload-Offset: 0",
        `Content-Length: ${data.length}`,
      ];
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      socket.write(data.subarray(0, 25_000_000));
      const look = async () => (await tus("GET", address)).json() as Promise<{ received: number }>;
      // In a bucket it goes on from a whole part.
      await eventually("some of it", look, ({ received }) => received >= 8_000_000);
      first.signal("SIGKILL");
      await first.ended;
      socket.destroy();

      await startApi(port, env);
      const asked = await tus("HEAD", address);
      const offset = Number(asked.headers.get("upload-offset"));
      expect(offset).toBeGreaterThanOrEqual(8_000_000);
      expect(offset).toBeLessThanOrEqual(25_000_000);
      const rest = await tus(
        "PATCH",
        address,
        { "content-type": "application/offset+octet-stream", "upload-offset": String(offset) },
        new Uint8Array(data.subarray(offset)),
      );
      expect(rest.status, await rest.text()).toBe(204);
      expect(await look()).toMatchObject({ status: "checking", received: data.length });

      const store = await openStore(settings);
      const workspace = (await (await tus("GET", "/v1/workspace")).json()) as { id: string };
      const key = `${workspace.id}/uploads/${address.split("/").at(-1)}`;
      const filePath = path.join(dir, `received-${kind}`);
      await store.incoming.toFile({ key, filePath });
      expect(await hashFile(filePath)).toBe(createHash("sha256").update(data).digest("hex"));
    },
  );
});
