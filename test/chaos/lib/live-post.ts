import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, ChaosClient } from "./chaos-client.ts";
import type { Deed, PlannedPost } from "./plan.ts";
import type { PlanClock } from "./plan-clock.ts";
import { textOf } from "./text-of.ts";

/** What became of a planned post, as its author was told. */
export interface PostStory {
  planned: PlannedPost;
  /** Known once the API accepted it. */
  id?: string;
  acceptedAt?: number;
  /** Of so many texts, the first among them. */
  parts: number;
  /** The answer to its cancel, where it was 200: when, epoch ms, and what the post was then. */
  cancelled?: { at: number; status: string };
  /** When somebody may decide about it, epoch ms. */
  decidableAt: number;
  /** Answers that no request of the plan should get. */
  odd: string[];
}

export interface Scene {
  author: ChaosClient;
  channels: Map<string, string>;
  assetId: string;
  clock: PlanClock;
  /** Whether the API takes posts of several parts: found out by trying. */
  parts: { taken: boolean | undefined };
}

const expected = new Set([
  "too_late",
  "not_approved",
  "in_the_past",
  "request_in_progress",
  "not_awaiting_approval",
  "content_changed",
]);

/** Does to one post all that its plan says, at the times that it says. */
export async function livePost(scene: Scene, story: PostStory): Promise<void> {
  const { planned } = story;
  await scene.clock.until(planned.at);
  // From here on its times are real ones: the product keeps no clock that stands still.
  const beginning = Date.now() - scene.clock.now();
  await create(scene, story, beginning);
  await Promise.all(
    planned.deeds.map(async (deed, index) => {
      await sleep(Math.max(0, beginning + deed.at - Date.now()));
      await act(scene, story, { deed, version: index + 2, beginning });
    }),
  );
}

async function create(scene: Scene, story: PostStory, beginning: number): Promise<void> {
  const { planned } = story;
  for (let tries = 0; ;) {
    const threaded = planned.parts > 1 && scene.parts.taken !== false;
    const answer = await scene.author.ask<{ id: string }>("POST", "/v1/posts", {
      content: { text: textOf({ number: planned.number, part: 0, version: 1 }) },
      targets: planned.accounts.map(({ user }) => ({ channelId: scene.channels.get(user) })),
      assets: planned.accounts.some((one) => one.images) ? [{ id: scene.assetId }] : [],
      approval: planned.approval === "none" ? "none" : "required",
      ...(planned.due === undefined
        ? {}
        : { schedule: scheduleAt(beginning + planned.due, tries) }),
      ...(threaded ? { parts: partsOf(planned) } : {}),
    });
    if (answer.status < 300) {
      if (threaded) scene.parts.taken = true;
      story.id = answer.body.id;
      story.acceptedAt = answer.at;
      story.parts = threaded ? planned.parts : 1;
      story.decidableAt = answer.at + planned.decideAfter;
      return;
    }
    // The time has passed while nobody answered: it was refused, so it is asked for anew.
    const { code } = answer.body as { code?: string };
    if (code === "in_the_past") {
      tries += 1;
      continue;
    }
    if (threaded && scene.parts.taken === undefined) {
      scene.parts.taken = false;
      continue;
    }
    note(story, "create", answer);
    return;
  }
}

function partsOf(planned: PlannedPost) {
  return Array.from({ length: planned.parts - 1 }, (_, index) => ({
    kind: "thread",
    text: textOf({ number: planned.number, part: index + 1, version: 1 }),
  }));
}

async function act(
  scene: Scene,
  story: PostStory,
  { deed, version, beginning }: { deed: Deed; version: number; beginning: number },
): Promise<void> {
  if (story.id === undefined) return;
  const where = `/v1/posts/${story.id}`;
  const { author } = scene;
  switch (deed.kind) {
    case "edit": {
      const text = textOf({ number: story.planned.number, part: 0, version });
      return note(story, "edit", await author.ask("PATCH", where, { content: { text } }));
    }
    case "reschedule": {
      const schedule = scheduleAt(beginning + deed.to);
      return note(story, "reschedule", await author.ask("PATCH", where, { schedule }));
    }
    case "publish-now":
      return note(story, "publish-now", await author.ask("POST", `${where}/publish-now`));
    case "cancel": {
      const answer = await author.ask<{ status: string }>("POST", `${where}/cancel`);
      if (answer.status === 200) story.cancelled = { at: answer.at, status: answer.body.status };
      return note(story, "cancel", answer);
    }
  }
}

/** Some time ahead, whatever the plan says; more after each time that it came too late. */
function scheduleAt(due: number, tries = 0) {
  const soonest = Date.now() + Math.min(60_000, 1_500 * 2 ** tries);
  return { mode: "at", at: new Date(Math.max(due, soonest)).toISOString() };
}

/** Remembers an answer that the plan has no place for. */
export function note(story: PostStory, what: string, answer: Answer<unknown>): void {
  if (answer.status < 300) return;
  const body = answer.body as { code?: string };
  if (answer.status >= 400 && expected.has(body.code ?? "")) return;
  story.odd.push(`${what}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
}
