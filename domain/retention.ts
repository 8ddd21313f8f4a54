/**
 * What is kept for how long: the one place. The sweep, the API (`GET /v1/retention`) and docs/retention.md follow it.
 */
const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** What a file of a workspace is there for. */
export const assetClasses = ["library", "upload", "input", "output"] as const;
export type AssetClass = (typeof assetClasses)[number];
/** What any stored file is there for. */
export type ObjectClass = AssetClass | "rendition";

/** Milliseconds. */
export const retention = {
  /** Answers to requests that carried an Idempotency-Key. */
  idempotencyMs: 48 * hour,
  /** Uploads that were begun and never finished, with what came of them. */
  unfinishedUploadsMs: day,
  /** Which upload became which asset, and why it did not. */
  uploadRecordsMs: 7 * day,
  /** What people were told of. */
  notificationsMs: 90 * day,
  /** What was sent to webhooks, and what they answered. */
  webhookDeliveriesMs: 30 * day,
  /** Files, from when nothing pending needs them; null until somebody deletes them. */
  objectsMs: {
    library: null,
    upload: 30 * day,
    input: 30 * day,
    output: 30 * day,
    rendition: 7 * day,
  } satisfies Record<ObjectClass, number | null>,
  /** So long the media of a post that failed, wholly or in part, still counts as needed: it can be tried again. */
  retryMs: 30 * day,
  /** Prompts and texts of generations. */
  generationTextsMs: 30 * day,
  /** What agents said and were told, step by step. */
  transcriptsMs: 30 * day,
  /** That a generation was: longer than the year that usage is counted over. */
  generationsMs: 400 * day,
  /** A file of which no row tells may still get one: it is spared so long. */
  orphansMs: day,
} as const;

/** One rule, in the words of docs/retention.md. */
export interface RetentionRule {
  rule: RuleName;
  what: string;
  /** From when it counts. */
  from: string;
  /** How long it is kept from then. Milliseconds; null until somebody deletes it. */
  ms: number | null;
}

export type RuleName =
  | ObjectClass
  | "generation_text"
  | "transcript"
  | "generation"
  | "unfinished_upload"
  | "upload_record"
  | "kept_answer"
  | "notification"
  | "webhook_delivery"
  | "orphan";

const lastNeed = "nothing pending needs it any more";
const { objectsMs } = retention;

/** Every rule. */
export const retentionRules: readonly RetentionRule[] = [
  {
    rule: "library",
    what: "files that are to be kept",
    from: "until somebody deletes it",
    ms: objectsMs.library,
  },
  { rule: "upload", what: "uploaded and imported files", from: lastNeed, ms: objectsMs.upload },
  {
    rule: "input",
    what: "files that were uploaded for a generation to work from",
    from: lastNeed,
    ms: objectsMs.input,
  },
  { rule: "output", what: "files that generations made", from: lastNeed, ms: objectsMs.output },
  {
    rule: "rendition",
    what: "versions of files that were made for channels",
    from: lastNeed,
    ms: objectsMs.rendition,
  },
  {
    rule: "generation_text",
    what: "prompts, instructions and texts of generations",
    from: "the generation ended",
    ms: retention.generationTextsMs,
  },
  {
    rule: "transcript",
    what: "what an agent said and was told, step by step",
    from: "its run ended",
    ms: retention.transcriptsMs,
  },
  {
    rule: "generation",
    what: "that a generation was: its model, settings and price",
    from: "the generation ended",
    ms: retention.generationsMs,
  },
  {
    rule: "unfinished_upload",
    what: "pieces of uploads that nobody finished",
    from: "the upload was begun",
    ms: retention.unfinishedUploadsMs,
  },
  {
    rule: "upload_record",
    what: "which upload became which file, or why it did not",
    from: "its last byte was there",
    ms: retention.uploadRecordsMs,
  },
  {
    rule: "kept_answer",
    what: "answers that are given again to repeated requests",
    from: "the request",
    ms: retention.idempotencyMs,
  },
  {
    rule: "notification",
    what: "what members were told of",
    from: "it was told",
    ms: retention.notificationsMs,
  },
  {
    rule: "webhook_delivery",
    what: "what was sent to webhooks, and what they answered",
    from: "the event",
    ms: retention.webhookDeliveriesMs,
  },
  {
    rule: "orphan",
    what: "stored files of which nothing tells, left by a process that died",
    from: "the file was begun",
    ms: retention.orphansMs,
  },
];
