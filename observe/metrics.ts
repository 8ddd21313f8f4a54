/**
 * What this process counts for Prometheus. One registry per process, as the library has it: whoever sees something
 * happen counts it here. A label is a word out of a short list: never an id, an address or content.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export const registry = new Registry();
collectDefaultMetrics({ register: registry });

const registers = [registry];

const requests = new Histogram({
  name: "drumbeat_http_request_duration_seconds",
  help: "Time from a request's arrival to its answer's end; streams are not among them",
  labelNames: ["method", "route", "status"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers,
});

const targets = new Counter({
  name: "drumbeat_targets_total",
  help: "How the publishing of a post to one channel ended",
  labelNames: ["platform", "outcome"],
  registers,
});

const approvals = new Histogram({
  name: "drumbeat_approval_wait_seconds",
  help: "How long a post waited for a person's decision",
  labelNames: ["decision"],
  buckets: [60, 300, 900, 3_600, 14_400, 43_200, 86_400, 172_800, 259_200],
  registers,
});

const providerCalls = new Histogram({
  name: "drumbeat_provider_call_duration_seconds",
  help: "Time that an AI provider took for one call",
  labelNames: ["provider", "kind", "outcome"],
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320],
  registers,
});

const credits = new Counter({
  name: "drumbeat_credits_spent_total",
  help: "Credits that were settled, by provider",
  labelNames: ["provider"],
  registers,
});

const removed = new Counter({
  name: "drumbeat_removed_total",
  help: "What was removed because its time was over, by the rule",
  labelNames: ["rule"],
  registers,
});

/** An answer was sent. `route` as it was declared (`/v1/posts/:id`), absent where none matched. */
export function countRequest(input: {
  method: string;
  route: string | undefined;
  status: number;
  seconds: number;
}): void {
  const { method, route = "unmatched", status, seconds } = input;
  requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds);
}

const outcomes = new Set(["published", "failed", "unconfirmed", "expired"]);

/**
 * A target's state was written; what is no outcome counts nothing. It is counted where it is decided, in a transaction:
 * one that fails and is repeated counts twice.
 */
export function countTarget(target: { platform: string; status: string }): void {
  if (outcomes.has(target.status))
    targets.inc({ platform: target.platform, outcome: target.status });
}

/** A post was approved or rejected, or its approval expired. */
export function countDecision(approval: { status: string; createdAt: Date }, at: Date): void {
  const seconds = (at.getTime() - approval.createdAt.getTime()) / 1000;
  approvals.observe({ decision: approval.status }, Math.max(0, seconds));
}

/** Credits were settled for work of this provider. */
export function countCredits(input: { provider: string; credits: number }): void {
  credits.inc({ provider: input.provider }, input.credits);
}

/** So many were removed by a rule of retention. */
export function countRemoved(input: { rule: string; removed: number }): void {
  removed.inc({ rule: input.rule }, input.removed);
}

/** Makes one call of a provider and counts how long it took and how it ended. */
export async function timeProviderCall<T>(
  labels: { provider: string; kind: string },
  call: () => Promise<T>,
): Promise<T> {
  const end = providerCalls.startTimer(labels);
  try {
    const result = await call();
    end({ outcome: "answered" });
    return result;
  } catch (error) {
    end({ outcome: "failed" });
    throw error;
  }
}

/** Adds a number that is read when somebody asks for the metrics; a former one of this name is replaced. */
export function addGauge<Label extends string>(options: {
  name: string;
  help: string;
  labelNames?: Label[];
  read: (set: (value: number, labels?: Record<Label, string>) => void) => void | Promise<void>;
}): void {
  const { name, help, labelNames = [], read } = options;
  registry.removeSingleMetric(name);
  const gauge = new Gauge<string>({
    name,
    help,
    labelNames,
    registers,
    async collect() {
      gauge.reset();
      await read((value, labels) => gauge.set(labels ?? {}, value));
    },
  });
}
