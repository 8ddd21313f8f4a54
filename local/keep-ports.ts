import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { z } from "zod";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { describePortHolder } from "./port-holder.ts";
import { writePrivateFile } from "./write-private-file.ts";

const port = z.number().int().min(1).max(65_535);

/** One port per listener; all but the API's listen on loopback. */
export const Ports = z.object({
  api: port,
  postgres: port,
  temporal: port,
  temporalUi: port,
  sandboxNetwork: port,
  apiMetrics: port,
  workerMetrics: port,
  mediaWorkerMetrics: port,
});
export type Ports = z.infer<typeof Ports>;

const NAMES = Ports.keyof().options;

/**
 * Ports are drawn from below the range that systems use for outgoing connections (from 32768 on Linux, 49152 on macOS):
 * inside it, a kept port could be taken by any passing connection just when it is needed again.
 */
const RANGE = { from: 20_000, to: 32_000 } as const;

/**
 * The data directory's ports, chosen from free ones at the first start and kept ever after, so that the console stays
 * at its origin. Throws `SetupError` naming the holder when one is taken.
 *
 * @param options.api a port asked for; it is kept from then on
 * @param options.skip listeners that this start does not need, so whose port may be taken
 */
export async function keepPorts(options: {
  dataDir: string;
  host: string;
  api?: number;
  skip?: ReadonlySet<keyof Ports>;
}): Promise<Ports> {
  const { dataDir, host, skip = new Set() } = options;
  const file = path.join(dataDir, "ports.json");
  const kept = await readPorts(file);
  const ports = await choosePorts({
    kept: { ...kept, ...(options.api === undefined ? {} : { api: options.api }) },
    isFree: (candidate) => isFree(candidate, host),
  });

  for (const name of NAMES) {
    if (skip.has(name)) continue;
    await assertFree({
      name,
      port: ports[name],
      host: name === "api" ? host : "127.0.0.1",
      kept,
      file,
    });
  }
  if (NAMES.some((name) => kept[name] !== ports[name])) {
    await writePrivateFile(file, `${JSON.stringify(ports, null, 2)}\n`);
  }
  return ports;
}

/** Fills in what is not kept yet with free ports, each different from all others. */
export async function choosePorts(options: {
  kept: Partial<Ports>;
  isFree: (port: number) => Promise<boolean>;
  draw?: () => number;
}): Promise<Ports> {
  const { kept, isFree: free, draw = () => randomInt(RANGE.from, RANGE.to) } = options;
  const taken = new Set(Object.values(kept));
  const chosen: Partial<Ports> = { ...kept };
  for (const name of NAMES) {
    for (let tries = 0; chosen[name] === undefined && tries < 1_000; tries++) {
      const candidate = draw();
      if (taken.has(candidate) || !(await free(candidate))) continue;
      taken.add(candidate);
      chosen[name] = candidate;
    }
  }
  const complete = Ports.safeParse(chosen);
  if (!complete.success) {
    throw new SetupError({
      problem: `No free port was found between ${RANGE.from} and ${RANGE.to}.`,
      todo: "End some of the programs that listen there.",
    });
  }
  return complete.data;
}

async function readPorts(file: string): Promise<Partial<Ports>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
  try {
    const kept = Ports.partial().parse(JSON.parse(text));
    return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  } catch (error) {
    throw new SetupError({
      problem: `${file} cannot be read as a list of ports.`,
      todo: "Mend it, or delete it to have new ports chosen (the console's address then changes).",
      cause: error,
    });
  }
}

async function assertFree(options: {
  name: keyof Ports;
  port: number;
  host: string;
  kept: Partial<Ports>;
  file: string;
}): Promise<void> {
  const { name, host, file } = options;
  const error = await tryToListen(options.port, host);
  if (error === undefined) return;
  const what = {
    api: "the API",
    postgres: "PostgreSQL",
    temporal: "Temporal",
    temporalUi: "Temporal's UI",
    sandboxNetwork: "the sandbox network",
    apiMetrics: "the API's metrics",
    workerMetrics: "the worker's metrics",
    mediaWorkerMetrics: "the media worker's metrics",
  }[name];
  if (error === "EADDRINUSE") {
    const holder = await describePortHolder(options.port);
    throw new SetupError({
      problem: `Port ${options.port} is needed for ${what}, but ${holder} holds it.`,
      tried: [
        `listening on ${host}:${options.port}${options.kept[name] === options.port ? `, the port kept in ${file}` : ""}`,
      ],
      todo:
        name === "api"
          ? "End that process, or start with --port and another number (the console's address then changes)."
          : `End that process, or remove "${name}" from ${file} to have another port chosen.`,
    });
  }
  throw new SetupError({
    problem: `Port ${options.port} of ${host} cannot be listened on (${error}).`,
    tried: [`listening on ${host}:${options.port} for ${what}`],
    todo:
      error === "EACCES"
        ? "Choose a port of 1024 or above with --port, or start as a user who may use this one."
        : "Give --host an address that this machine has, such as 127.0.0.1 or 0.0.0.0.",
  });
}

/** Free on the address it will be used on, and on loopback. */
async function isFree(candidate: number, host: string): Promise<boolean> {
  const hosts = new Set(["127.0.0.1", host]);
  for (const address of hosts) {
    // An address that this machine does not have is reported later, with the port's name.
    if ((await tryToListen(candidate, address)) === "EADDRINUSE") return false;
  }
  return true;
}

/** Listens for a moment. Returns the code of what went wrong, if anything. */
function tryToListen(candidate: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port: candidate, host, exclusive: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
}
