import type { PostStory } from "./live-post.ts";
import { accounts } from "./plan.ts";
import type { FiredFault, LedgerDelivery, LogEntry, Records } from "./read-records.ts";
import { readText } from "./text-of.ts";
import type { ShownPost, ShownTarget } from "./watch-posts.ts";

/** What a run came to. The names are those of its last line. */
export interface Verdict {
  posts: number;
  accepted: number;
  published: number;
  cancelled: number;
  expired: number;
  rejected: number;
  unconfirmed: number;
  failed: number;
  duplicated: number;
  lost: number;
  publishedAfterCancel: number;
  /** Failed, and the network never refused it. */
  wronglyFailed: number;
}

/** Which of the equation's words a post's state is. Partly out counts as what became of the rest. */
type Outcome = "published" | "cancelled" | "expired" | "rejected" | "unconfirmed" | "failed";

/** Faults under which nobody can know whether the call was accepted. */
const lostAnswers = new Set(["drop", "accept500", "500", "hang"]);
/** A fault is noted after the call came in and before its answer went out; the clocks are one. */
const slackMs = 250;

/**
 * Compares the three records with what the author was told. Returns the counts, and a sentence for whatever is not as
 * it has to be. Pure.
 */
export function judge(input: {
  stories: PostStory[];
  records: Records;
  /** Account by channel id. */
  accountOf: Map<string, string>;
}): { verdict: Verdict; violations: string[] } {
  const { stories, records, accountOf } = input;
  const violations: string[] = [];
  const accepted = stories.filter(({ id }) => id !== undefined);
  const byId = new Map(records.api.map((post) => [post.id, post]));
  const verdict: Verdict = {
    posts: stories.length,
    accepted: accepted.length,
    published: 0,
    cancelled: 0,
    expired: 0,
    rejected: 0,
    unconfirmed: 0,
    failed: 0,
    duplicated: 0,
    lost: 0,
    publishedAfterCancel: 0,
    wronglyFailed: 0,
  };
  const faults = createFaultBook(records.faults);

  for (const story of stories) {
    for (const odd of story.odd) violations.push(`post ${story.planned.number}: ${odd}`);
    if (story.id === undefined) {
      violations.push(`post ${story.planned.number} was never accepted`);
      continue;
    }
    const post = byId.get(story.id);
    const outcome = post && outcomeOf(post);
    if (!post || !outcome) {
      verdict.lost += 1;
      violations.push(
        `${nameOf(story)} is ${post ? `still ${post.status}${reasonsOf(post)}` : "gone"}`,
      );
      continue;
    }
    verdict[outcome] += 1;
    for (const target of post.targets) {
      const user = accountOf.get(target.channelId) ?? "?";
      const found = judgeTarget({ story, post, target, user, records, faults });
      violations.push(...found.violations);
      verdict.lost += found.lost;
      verdict.publishedAfterCancel += found.publishedAfterCancel;
      verdict.wronglyFailed += found.wronglyFailed;
    }
  }
  for (const { what, more } of doubles(records)) {
    verdict.duplicated += more;
    violations.push(`${what} is there ${more + 1} times`);
  }
  return { verdict, violations: [...violations, ...judgeSums(verdict)] };
}

/** What the counts alone must satisfy. */
function judgeSums(verdict: Verdict): string[] {
  const violations: string[] = [];
  const sum =
    verdict.published +
    verdict.cancelled +
    verdict.expired +
    verdict.rejected +
    verdict.unconfirmed +
    verdict.failed;
  if (verdict.accepted !== sum)
    violations.push(`${verdict.accepted} posts were accepted and ${sum} have an end`);
  if (verdict.published < verdict.posts * 0.7)
    violations.push(`only ${verdict.published} of ${verdict.posts} posts were published`);
  return violations;
}

/** Undefined while it is not over. */
function outcomeOf(post: ShownPost): Outcome | undefined {
  switch (post.status) {
    case "published":
    case "cancelled":
    case "expired":
    case "rejected":
    case "unconfirmed":
    case "failed":
      return post.status;
    case "partially_published":
      return (["failed", "cancelled", "expired"] as const).find((word) =>
        post.targets.some(({ status }) => status === word),
      );
    default:
      return undefined;
  }
}

function judgeTarget(input: {
  story: PostStory;
  post: ShownPost;
  target: ShownTarget;
  user: string;
  records: Records;
  faults: FaultBook;
}): {
  violations: string[];
  lost: number;
  publishedAfterCancel: number;
  wronglyFailed: number;
} {
  const { story, post, target, user, records, faults } = input;
  const { number } = story.planned;
  const out = records.log.filter(
    (entry) => entry.account === user && readText(entry.text)?.number === number,
  );
  const first = out.filter((entry) => readText(entry.text)?.part === 0);
  const ledger = records.ledger.filter((one) => one.targetId === target.id);
  const violations: string[] = [];
  const say = (what: string) => void violations.push(`${nameOf(story)} at ${user}: ${what}`);
  const counts = { lost: 0, publishedAfterCancel: 0, wronglyFailed: 0 };

  const account = accounts.find((one) => one.user === user);
  const readable = account !== undefined && (account.markers || account.listing);
  switch (target.status) {
    case "published": {
      const missing = ledger.filter((one) => !isOut(one, out));
      if (ledger.length === 0 || missing.length > 0) {
        counts.lost += 1;
        say("the API calls it published, and the network or the ledger does not have it");
      }
      if (!first.some(({ id }) => id === target.remoteId))
        say(`the API names ${target.remoteId ?? "nothing"}, which is not what is out`);
      if (ledger.length !== story.parts)
        say(`of ${story.parts} parts the ledger knows ${ledger.length}`);
      break;
    }
    case "unconfirmed":
      if (!ledger.some(({ status }) => status === "unknown"))
        say(
          `unconfirmed, and the ledger says ${ledger.map(({ status }) => status).join() || "nothing"}`,
        );
      if (readable) say("unconfirmed, although its account can be read");
      else if (!faults.take({ user, kinds: lostAnswers, calls: callsOf(ledger) }))
        say("unconfirmed, and the network lost no answer to it");
      break;
    case "failed": {
      // A person's cancel stopped what was left of a thread.
      if (target.error?.code === "stopped") {
        const parts = ledger.filter(({ status }) => status === "published").length;
        if (!story.cancelled || parts === 0 || parts === story.parts) {
          counts.wronglyFailed += 1;
          say(
            `stopped, with ${parts} of ${story.parts} parts out and ${story.cancelled ? "a" : "no"} cancel`,
          );
        }
        break;
      }
      // The call that was refused, and no other: one that a kill left open has no end, and would take another post's fault.
      const refused = callsOf(ledger).filter(({ outcome }) => outcome === "rejected");
      if (!faults.take({ user, kinds: new Set(["reject"]), calls: refused })) {
        counts.wronglyFailed += 1;
        say(
          `failed, and the network did not refuse it: ${JSON.stringify({ ...target.error, calls: callsOf(ledger) })}`,
        );
      }
      break;
    }
    default:
      // Cancelled, expired, refused by a person: nothing is out, and the ledger keeps nothing that may be.
      if (ledger.some(({ status }) => status !== "claimed"))
        say(`${target.status}, and the ledger says ${ledger.map(({ status }) => status).join()}`);
  }
  if (!["published", "unconfirmed"].includes(target.status)) {
    const unknown = out.filter(({ id }) => !ledger.some((one) => one.remoteId === id));
    if (unknown.length > 0) say(`${target.status}, and the network has it`);
  }
  violations.push(
    ...judgeWhatIsOut(post, out).map((what) => `${nameOf(story)} at ${user}: ${what}`),
  );
  const cancelled = story.cancelled;
  if (cancelled) {
    const after = out.filter(({ acceptedAt }) => Date.parse(acceptedAt) > cancelled.at);
    counts.publishedAfterCancel += after.length;
    if (after.length > 0) say("accepted by the network after its cancel was confirmed");
    if (cancelled.status === "cancelled" && out.length > after.length)
      say("its cancel was confirmed, and it was out already");
  }
  return { violations, ...counts };
}

/** What went out is what the post says, not before its time, and part after part. */
function judgeWhatIsOut(post: ShownPost, out: LogEntry[]): string[] {
  const parts = out
    .map((entry) => ({ ...entry, part: readText(entry.text)?.part ?? 0 }))
    .toSorted((one, other) => Date.parse(one.acceptedAt) - Date.parse(other.acceptedAt));
  const violations: string[] = [];
  for (const { part, text, acceptedAt } of parts) {
    if (part === 0 && text !== post.content.text) violations.push("an older text of it is out");
    if (Date.parse(acceptedAt) < Date.parse(post.schedule.at))
      violations.push(`out at ${acceptedAt}, and due at ${post.schedule.at}`);
  }
  if (parts.some(({ part }, index) => part < (parts[index - 1]?.part ?? 0)))
    violations.push("its parts are out of order");
  return violations;
}

function isOut(delivery: LedgerDelivery, out: LogEntry[]): boolean {
  return delivery.status === "published" && out.some(({ id }) => id === delivery.remoteId);
}

function callsOf(ledger: LedgerDelivery[]): LedgerDelivery["calls"] {
  return ledger.flatMap(({ calls }) => calls);
}

interface FaultBook {
  /** Takes a fault of a publish that fell within one of the calls; each serves once. */
  take(input: {
    user: string;
    kinds: ReadonlySet<string>;
    calls: LedgerDelivery["calls"];
  }): boolean;
}

function createFaultBook(fired: FiredFault[]): FaultBook {
  const left = fired.filter(({ on }) => on === "publish");
  return {
    take({ user, kinds, calls }) {
      const index = left.findIndex(({ at, kind, account }) => {
        const time = Date.parse(at);
        const within = calls.some(
          ({ startedAt, finishedAt }) =>
            time >= startedAt - slackMs && time <= (finishedAt ?? Infinity) + slackMs,
        );
        return account === user && kinds.has(kind) && within;
      });
      if (index < 0) return false;
      left.splice(index, 1);
      return true;
    },
  };
}

/** What is there more than once: texts on the network, posts at the API. */
function doubles({ log, api }: Records): { what: string; more: number }[] {
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const { text, account } of log) {
    const name = readText(text);
    if (name) count(`post ${name.number}, part ${name.part}, at ${account}`);
  }
  for (const { content } of api) {
    const name = readText(content.text);
    if (name) count(`post ${name.number} at the API`);
  }
  return [...counts]
    .filter(([, times]) => times > 1)
    .map(([what, times]) => ({ what, more: times - 1 }));
}

function reasonsOf({ targets }: ShownPost): string {
  const reasons = targets.flatMap(({ waitingFor }) => waitingFor?.reason ?? []);
  return reasons.length > 0 ? `, waiting for: ${reasons.join(", ")}` : "";
}

function nameOf({ planned, id }: PostStory): string {
  return `post ${planned.number} (${id})`;
}
