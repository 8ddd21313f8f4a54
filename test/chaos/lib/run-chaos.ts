import { setTimeout as sleep } from "node:timers/promises";
import { createDisruptor } from "./disrupt.ts";
import { judge, type Verdict } from "./judge.ts";
import { livePost, type PostStory, type Scene } from "./live-post.ts";
import { startMachine, type Machine } from "./machine.ts";
import type { ChaosOptions } from "./parse-options.ts";
import { createPeople } from "./people.ts";
import { accounts, planRun, type Disruption, type Plan } from "./plan.ts";
import { readRecords } from "./read-records.ts";
import { settleIn } from "./settle-in.ts";
import { startPlanClock } from "./plan-clock.ts";
import { samplePosts, type ShownPost } from "./watch-posts.ts";

/** The last line of a run. */
export interface Result extends Verdict {
  kills: number;
  /** That the network showed. */
  faults: number;
  failpoints: Record<string, number>;
  postgresRestarts: number;
  temporalRestarts: number;
  linksHarmed: number;
  /** Why links were not cut, where they were not. */
  linksMissing: string | null;
  repeatedRequests: number;
  samples: number;
  /** Null where the API gives no reasons. */
  reasonsMissing: number | null;
  threads: boolean;
  /** Ends of processes that nobody brought about. */
  unaskedEnds: string[];
  seconds: number;
}

/** What a run keeps back of its time for everything to come to its end once the faults are over. */
const settleMs = (boundMs: number) => Math.min(4 * 60_000, boundMs * 0.35);
/** Of the rest, what the plan takes on a machine that keeps up; the others get more time for the same. */
const planShare = 0.65;
/** So many posts that are due and not out are taken for a machine that does not keep up. */
const tooFarBehind = 30;
const lateAfterMs = 8_000;
const slowSampleMs = 3_000;
/** How long a run goes on beyond its bound while posts still come to their end. */
const overtimeMs = 5 * 60_000;
const stuckAfterMs = 90_000;
const sampleEveryMs = 1_000;

/** One run: a machine of its own, a plan from the seed, and what came of it. */
export async function runChaos(options: {
  chaos: ChaosOptions;
  cacheDir: string;
  say: (line: string) => void;
  /** Ends it before its time. */
  signal: AbortSignal;
}): Promise<{ result: Result; violations: string[] }> {
  const { chaos, cacheDir, say } = options;
  const startedAt = performance.now();
  const boundMs = chaos.minutes * 60_000;
  const over = new AbortController();
  const signal = AbortSignal.any([
    options.signal,
    over.signal,
    AbortSignal.timeout(boundMs + overtimeMs + 60_000),
  ]);
  say("starting PostgreSQL, Temporal, the sandbox network, API and workers");
  const machine = await startMachine({ cacheDir, plantedBug: chaos.plantedBug, say });
  try {
    if (machine.linksMissing !== undefined) say(`links are not cut: ${machine.linksMissing}`);
    const stormMs = boundMs - settleMs(boundMs);
    const plan = planRun({ ...chaos, lasts: stormMs * planShare });
    const patienceMs = stormMs * (1 - planShare);
    const outcome = await storm({ machine, plan, patienceMs, signal, say, boundMs, startedAt });
    return {
      ...outcome,
      result: { ...outcome.result, seconds: Math.round((performance.now() - startedAt) / 1_000) },
    };
  } finally {
    // Where it breaks off, nobody goes on to do anything to a machine that is being stopped.
    over.abort();
    await machine.stop({ keep: chaos.keep });
  }
}

async function storm(input: {
  machine: Machine;
  plan: Plan;
  patienceMs: number;
  signal: AbortSignal;
  say: (line: string) => void;
  boundMs: number;
  startedAt: number;
}): Promise<{ result: Result; violations: string[] }> {
  const { machine, plan, patienceMs, signal, say, boundMs, startedAt } = input;
  const { origin, sandboxUrl, superuserUrl } = machine;
  const installed = await settleIn({ origin, sandboxUrl, signal });
  const { author, approver, channels } = installed;
  const stories: PostStory[] = plan.posts.map((planned) => ({
    planned,
    parts: 1,
    decidableAt: 0,
    odd: [],
  }));
  const clock = startPlanClock({ patienceMs, signal });
  const scene: Scene = { ...installed, clock, parts: { taken: undefined } };
  const people = createPeople({ author, approver, stories });
  const { harm, disrupt } = createDisruptor({
    machine,
    blindChannelIds: accounts
      .filter((one) => !one.markers && !one.listing)
      .flatMap(({ user }) => channels.get(user) ?? []),
  });
  const inTurn = async (disruptions: Disruption[]) => {
    for (const disruption of disruptions) {
      await clock.until(disruption.at);
      await disrupt(disruption);
    }
  };
  const isKill = (one: Disruption) => one.kind === "kill";
  const weather = async () => {
    for (const [index, { at, faults }] of plan.weather.entries()) {
      await clock.until(at);
      await setFaults(sandboxUrl, faults, index);
    }
    await clock.until(plan.lasts);
    await setFaults(sandboxUrl, [], 0);
  };
  let calm = false;
  const busy = Promise.all([
    ...stories.map((story) => livePost(scene, story)),
    inTurn(plan.disruptions.filter(isKill)),
    inTurn(plan.disruptions.filter((one) => !isKill(one))),
    weather(),
  ]).then(() => {
    calm = true;
  });

  const samples = { count: 0, missing: undefined as number | undefined, examples: [] as string[] };
  const watch = async () => {
    let fewest = Infinity;
    let fewestAt = performance.now();
    for (let left = Infinity; !calm || left > 0;) {
      // An API that needs so long for it is behind, too.
      const slow = setTimeout(() => clock.hold(true), slowSampleMs);
      const { posts, withoutReason } = await samplePosts(author).finally(() => clearTimeout(slow));
      left = posts.length;
      samples.count += 1;
      if (withoutReason) samples.missing = (samples.missing ?? 0) + withoutReason.length;
      for (const { postId, target } of withoutReason ?? [])
        samples.examples.push(`post ${postId}: ${target.status} without a reason`);
      people.look(posts);
      const late = posts.filter((post) => isLate(post)).length;
      clock.hold(late > tooFarBehind);
      if (samples.count % 10 === 0) {
        const seconds = Math.round((performance.now() - startedAt) / 1_000);
        const accepted = stories.filter(({ id }) => id !== undefined).length;
        say(
          `${seconds} s: ${accepted} accepted, ${left} under way, ${late} of them late, ${harm.kills} kills`,
        );
      }
      if (!calm || left < fewest) [fewest, fewestAt] = [left, performance.now()];
      if (calm && performance.now() - startedAt > boundMs) {
        if (performance.now() - startedAt > boundMs + overtimeMs) return;
        if (performance.now() - fewestAt > stuckAfterMs) return;
      }
      await sleep(sampleEveryMs, undefined, { signal });
    }
  };
  await Promise.race([Promise.all([busy, watch()]), people.failed]);

  const records = await readRecords({ client: author, superuserUrl, sandboxUrl });
  const accountOf = new Map([...channels].map(([user, channelId]) => [channelId, user]));
  const { verdict, violations } = judge({ stories, records, accountOf });
  if (samples.missing)
    violations.push(
      `${samples.missing} times a target did not say what it waits for: ${samples.examples.slice(0, 5).join("; ")}`,
    );
  const processes = Object.values(machine.processes);
  return {
    violations,
    result: {
      ...verdict,
      kills: harm.kills,
      faults: records.faults.length,
      failpoints: Object.fromEntries(harm.failpoints),
      postgresRestarts: harm.postgresRestarts,
      temporalRestarts: harm.temporalRestarts,
      linksHarmed: harm.linksHarmed,
      linksMissing: machine.linksMissing ?? null,
      repeatedRequests: author.repeated() + approver.repeated(),
      samples: samples.count,
      reasonsMissing: samples.missing ?? null,
      threads: scene.parts.taken === true,
      unaskedEnds: processes.flatMap(({ name, unasked }) =>
        unasked.map((how) => `${name}: ${how}`),
      ),
      seconds: 0,
    },
  };
}

/** Due, and neither out nor waiting for a person. */
function isLate({ status, schedule }: ShownPost): boolean {
  if (!["preparing", "scheduled", "publishing"].includes(status)) return false;
  return Date.parse(schedule.at) < Date.now() - lateAfterMs;
}

async function setFaults(sandboxUrl: string, faults: object[], seed: number): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/_faults`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ faults, seed }),
  });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to new faults`);
}
