import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const folder = fileURLToPath(new URL("../peers/bluesky/", import.meta.url));

const Ready = z.object({
  pdsUrl: z.url(),
  plcUrl: z.url(),
  adminPassword: z.string(),
  jwtSecret: z.string(),
  rateLimitBypassKey: z.string(),
});

export type BlueskyServer = z.infer<typeof Ready> & { close(): Promise<void> };

/** The real Personal Data Server of `test/peers/bluesky`, as a process of its own. `publicUrl` is where accounts find it. */
export async function startBlueskyServer(options: { publicUrl: string }): Promise<BlueskyServer> {
  await access(join(folder, "node_modules", "@atproto", "pds")).catch((cause: unknown) => {
    throw new Error(
      "The Bluesky server for tests is not installed: `npm test` does it, or run `npm ci --prefix test/peers/bluesky`.",
      { cause },
    );
  });
  const child = spawn(
    process.execPath,
    [join(folder, "start.mjs"), "--public-url", options.publicUrl],
    { cwd: folder, stdio: ["pipe", "pipe", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4_000);
  });
  const exited = once(child, "exit");
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    exited.then(() => {
      throw new Error(`The Bluesky server for tests ended at once:\n${said}`);
    }),
  ]);
  return { ...Ready.parse(JSON.parse(String(line[0]))), close: () => stop(child, exited) };
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  await exited;
}
