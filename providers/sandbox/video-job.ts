import { randomUUID } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { APICallError, type JSONValue } from "@ai-sdk/provider";
import { z } from "zod";
import { writeAtomically } from "#media/write-atomically.ts";

/** What is to be made; the pictures and the video that it is made from lie beside it in the job's folder. */
const VideoOrder = z.object({
  prompt: z.string(),
  seed: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  seconds: z.number().int().positive(),
  sound: z.boolean(),
  /** Names of the files that were given, by what they are for. */
  firstFrame: z.string().optional(),
  lastFrame: z.string().optional(),
  references: z.array(z.string()),
  /** A video to go on from; `firstFrame` is its last picture then. */
  source: z
    .object({ file: z.string(), demuxer: z.enum(["mov", "matroska"]), hasSound: z.boolean() })
    .optional(),
});
export type VideoOrder = z.infer<typeof VideoOrder>;

const Operation = z.object({ job: z.uuid() });

export type JobEnd = "completed" | "cancelled" | "failed";
const ends = ["completed", "cancelled", "failed"] as const;

export interface VideoJob {
  id: string;
  folder: string;
  order: VideoOrder;
}

const prefix = "sandbox-video-";
const orderFile = "order.json";
const keptMs = 24 * 60 * 60 * 1000;

/**
 * Begins a job: a folder of its own below `parent`, which outlives this process, that `prepare` fills with files.
 * Nothing of it stays when that throws.
 */
export async function createVideoJob({
  parent,
  prepare,
}: {
  parent: string;
  prepare: (folder: string) => Promise<VideoOrder>;
}): Promise<{ operation: JSONValue }> {
  await removeOldJobs(parent);
  const id = randomUUID();
  const folder = join(parent, `${prefix}${id}`);
  // Others on this machine have no business in it.
  await mkdir(folder, { mode: 0o700 });
  try {
    const order = await prepare(folder);
    await writeAtomically(join(folder, orderFile), (path) =>
      writeFile(path, JSON.stringify(order)),
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { operation: { job: id } };
}

/** Finds the job that an operation names. Throws APICallError 404 for one that isn't there, or is no more. */
export async function findVideoJob({
  parent,
  operation,
}: {
  parent: string;
  operation: JSONValue;
}): Promise<VideoJob> {
  const named = Operation.safeParse(operation);
  if (!named.success) throw unknownJob();
  const id = named.data.job;
  const folder = join(parent, `${prefix}${id}`);
  const text = await readIfThere(join(folder, orderFile));
  if (text === undefined) throw unknownJob();
  const order = VideoOrder.safeParse(JSON.parse(text));
  // Another version wrote it down in another way.
  if (!order.success) throw unknownJob();
  return { id, folder, order: order.data };
}

/** Counts how often a job was asked for, this time included. */
export async function countLooks({ folder }: VideoJob): Promise<number> {
  const path = join(folder, "looks");
  await appendFile(path, ".");
  return (await stat(path)).size;
}

/** How a job ended; undefined while it goes on. */
export async function endOf({ folder }: VideoJob): Promise<JobEnd | undefined> {
  const text = await readIfThere(join(folder, "end"));
  return ends.find((end) => end === text);
}

/** Ends a job, unless it has ended already: the first end stays. Gives the one that it has. */
export async function endJob(job: VideoJob, end: JobEnd): Promise<JobEnd> {
  const path = join(job.folder, "end");
  try {
    // Short enough to be there whole or not at all.
    await writeFile(path, end, { flag: "wx" });
    return end;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return (await endOf(job)) ?? end;
  }
}

/** As a provider forgets its jobs after a while. */
async function removeOldJobs(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    try {
      if (Date.now() - (await stat(folder)).mtimeMs < keptMs) continue;
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      // Another process was first, or it is not ours.
      if (!["ENOENT", "EACCES", "EPERM"].includes(codeOf(error))) throw error;
    }
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function unknownJob(): APICallError {
  return new APICallError({
    message: "The sandbox knows no such job.",
    url: "sandbox:",
    requestBodyValues: {},
    statusCode: 404,
    data: { error: { code: "job_not_found", type: "job_not_found" } },
  });
}
