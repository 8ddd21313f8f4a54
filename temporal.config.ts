/** Names and numbers that workflows, activities, workers and clients agree on. Constants; no environment. */
import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";

export const taskQueues = {
  /** Stories and agents. */
  workflows: "workflows",
  /** Database, webhooks, reads. */
  io: "io",
  /** Calls that a platform limits; the fairness key is the connection. */
  publish: "publish",
  /** AI providers. */
  model: "model",
  /** sharp and ffmpeg; a process of its own. */
  media: "media",
} as const;
export type TaskQueue = keyof typeof taskQueues;

export const searchAttributes = {
  workspaceId: defineSearchAttributeKey("WorkspaceId", SearchAttributeType.KEYWORD),
  agentId: defineSearchAttributeKey("AgentId", SearchAttributeType.KEYWORD),
  postId: defineSearchAttributeKey("PostId", SearchAttributeType.KEYWORD),
  stage: defineSearchAttributeKey("Stage", SearchAttributeType.KEYWORD),
  platform: defineSearchAttributeKey("Platform", SearchAttributeType.KEYWORD_LIST),
} as const;

/**
 * What waits while more is to be done than the workers can: a workflow that is not named is served as usual (3), measuring
 * after that. What is due goes out first.
 */
export const workflowPriorities: Readonly<Record<string, { priorityKey: number }>> = {
  collectMetrics: { priorityKey: 5 },
};

/** Work on our own database and disk: quick, repeatable, worth trying through an outage of a day. */
export const ioOptions = {
  taskQueue: taskQueues.io,
  startToCloseTimeout: "30 seconds",
  scheduleToCloseTimeout: "1 day",
  retry: {
    initialInterval: "500 milliseconds",
    backoffCoefficient: 2,
    maximumInterval: "30 seconds",
  },
} as const;

/** The same where the story itself is told: one event in its history. A try that waits longer is a timer there. */
export const localOptions = {
  startToCloseTimeout: "30 seconds",
  scheduleToCloseTimeout: "1 day",
  localRetryThreshold: "2 seconds",
  retry: {
    initialInterval: "250 milliseconds",
    backoffCoefficient: 2,
    maximumInterval: "30 seconds",
  },
} as const;

/** One try to deliver to a webhook: 10 seconds at most, and twice at worst. */
export const webhookOptions = {
  ...ioOptions,
  startToCloseTimeout: "20 seconds",
} as const;

/** A message to a person, through a mail server or a chat that may be away: later tries are the story's own. */
export const messageOptions = {
  taskQueue: taskQueues.io,
  startToCloseTimeout: "1 minute",
  scheduleToCloseTimeout: "10 minutes",
  retry: { initialInterval: "5 seconds", backoffCoefficient: 2, maximumAttempts: 2 },
} as const;

/** Calls to a platform that make nothing visible: uploads, containers, reads. */
export const platformOptions = {
  taskQueue: taskQueues.publish,
  startToCloseTimeout: "10 minutes",
  heartbeatTimeout: "20 seconds",
  retry: {
    initialInterval: "2 seconds",
    backoffCoefficient: 2,
    maximumInterval: "5 minutes",
    maximumAttempts: 12,
  },
} as const;

/** The call that makes content visible: made once. What it leaves open is settled by reading. */
export const publishOptions = {
  taskQueue: taskQueues.publish,
  startToCloseTimeout: "2 minutes",
  // Without a heartbeat a killed worker would be noticed only after the whole time above.
  heartbeatTimeout: "15 seconds",
  retry: { maximumAttempts: 1 },
} as const;

/** How long a model may take to begin its answer: a little less than its activity may. */
export const modelAnswerMs = 570_000;

export const modelOptions = {
  taskQueue: taskQueues.model,
  startToCloseTimeout: "10 minutes",
  heartbeatTimeout: "30 seconds",
  retry: {
    initialInterval: "2 seconds",
    backoffCoefficient: 2,
    maximumInterval: "1 minute",
    maximumAttempts: 4,
  },
} as const;

/** One quick call that shows whether a key works, for which somebody waits; done again only where a worker died at it. */
export const keyCheckOptions = {
  taskQueue: taskQueues.model,
  startToCloseTimeout: "30 seconds",
  scheduleToCloseTimeout: "15 minutes",
  heartbeatTimeout: "15 seconds",
  retry: { initialInterval: "1 second", backoffCoefficient: 2, maximumAttempts: 3 },
} as const;

export const mediaOptions = {
  taskQueue: taskQueues.media,
  startToCloseTimeout: "30 minutes",
  heartbeatTimeout: "30 seconds",
  retry: {
    initialInterval: "2 seconds",
    backoffCoefficient: 2,
    maximumInterval: "1 minute",
    maximumAttempts: 8,
  },
} as const;

/** To fetch a file of gigabytes over a slow line (an hour at most), to look into it, to strip it and to store it. */
export const uploadOptions = { ...mediaOptions, startToCloseTimeout: "2 hours" } as const;

/** All that the targets of a post need of one file: much of a long video, and a dead worker is noticed all the same. */
export const renditionOptions = { ...mediaOptions, startToCloseTimeout: "3 hours" } as const;

/** How long a generation may take in all, from when it began; what is not made by then is given up. Milliseconds. */
export const generationDeadlines = {
  text: 10 * 60_000,
  image: 15 * 60_000,
  audio: 20 * 60_000,
  video: 90 * 60_000,
} as const;

/** How long a person has to decide before an approval expires. */
export const approvalTimeoutMs = 72 * 60 * 60 * 1000;

/** How many runs of one agent are under way at once, those that wait for a person among them. */
export const maximumOpenRuns = 5;

/** How many model calls one conversation of a role may take, corrections included. */
export const maximumTurns = 8;

/**
 * How many stories a worker keeps in memory, and how long a next step waits for the worker that has its story. Much that is
 * due at the same second is then told on where it stands; with the usual 10 s what waits longer is asked for again, told
 * anew, and waits behind itself. What a worker held that died is asked for again after this time at the latest.
 */
export const storyMemory = {
  maxCachedWorkflows: 500,
  stickyQueueScheduleToStartTimeout: "30 seconds",
} as const;

/** When a published post is measured, counted from its publication. */
export const metricSlots = [
  { slot: "first", afterMs: 15_000 },
  { slot: "1h", afterMs: 60 * 60 * 1000 },
  { slot: "6h", afterMs: 6 * 60 * 60 * 1000 },
  { slot: "24h", afterMs: 24 * 60 * 60 * 1000 },
  { slot: "72h", afterMs: 72 * 60 * 60 * 1000 },
  { slot: "7d", afterMs: 7 * 24 * 60 * 60 * 1000 },
  { slot: "28d", afterMs: 28 * 24 * 60 * 60 * 1000 },
] as const;

export const schedules = {
  /** How often what was accepted and has no workflow is looked for. */
  sweep: { id: "sweep", every: "30 seconds" },
  /** An agent's wake-up that is missed by more than this (the engine was down) is let go. */
  agentCatchupWindow: "10 minutes",
} as const;
