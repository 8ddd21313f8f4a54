import { S3Client, CreateBucketCommand } from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { s3ClientConfig, type S3Settings } from "#storage/s3-settings.ts";
import { findFreePort } from "../../observe/temporal-metrics.ts";
import { ensureGoProgram } from "./ensure-go-program.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** versitygw, a real S3 server over a folder (https://github.com/versity/versitygw), or why there is none here. */
export function ensureS3Server(): Promise<{ executable: string } | { missing: string }> {
  return ensureGoProgram({
    cacheDir: path.resolve(root, process.env["DRUMBEAT_CACHE_DIR"] || ".cache"),
    name: "versitygw",
    module: "github.com/versity/versitygw/cmd/versitygw",
    version: "1.8.0",
  });
}

export interface S3Server {
  /** Makes an empty bucket; gives what reaches it. */
  makeBucket(): Promise<S3Settings>;
  close(): Promise<void>;
}

/** Starts the server on loopback, over a folder that goes with it. */
export async function startS3Server(options: { executable: string }): Promise<S3Server> {
  const dir = await mkdtemp(path.join(tmpdir(), "s3-server-"));
  // Beside the files: not every file system keeps attributes.
  for (const name of ["data", "attributes"]) await mkdir(path.join(dir, name));
  const port = await findFreePort();
  const accessKeyId = randomBytes(10).toString("hex");
  const secretAccessKey = randomBytes(20).toString("hex");
  const child = spawn(
    options.executable,
    [
      ...["--port", `127.0.0.1:${port}`, "--quiet"],
      ...["posix", "--sidecar", path.join(dir, "attributes"), path.join(dir, "data")],
    ],
    {
      cwd: dir,
      env: {
        PATH: process.env["PATH"],
        ROOT_ACCESS_KEY_ID: accessKeyId,
        ROOT_SECRET_ACCESS_KEY: secretAccessKey,
      },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000);
  });
  const exited = once(child, "exit");
  const settings = (bucket: string): S3Settings => ({
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    region: "us-east-1",
    accessKeyId,
    secretAccessKey,
    pathStyle: true,
  });
  const close = async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(dir, { recursive: true, force: true });
  };
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (child.exitCode !== null || tries > 200) {
      await close();
      throw new Error(`the S3 server did not start:\n${said}`);
    }
    await sleep(50);
  }
  return {
    async makeBucket() {
      const made = settings(`bucket-${randomBytes(6).toString("hex")}`);
      const client = new S3Client(s3ClientConfig(made));
      await client.send(new CreateBucketCommand({ Bucket: made.bucket }));
      client.destroy();
      return made;
    },
    close,
  };
}

function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}
