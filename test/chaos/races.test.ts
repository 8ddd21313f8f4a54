import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct, type Product } from "../harness/start-product.ts";

interface Post {
  id: string;
  status: string;
  version: number;
  schedule: { at: string };
}

let product: Product;
let channelId: string;
const user = "racer";

beforeAll(async () => {
  product = await startProduct();
  ({ channelId } = await connectSandboxBySession(product, user));
});

afterAll(async () => {
  await product?.close();
});

const over = new Set(["published", "failed", "unconfirmed", "blocked", "cancelled", "expired"]);
const read = (id: string) => product.client.call<Post>("GET", `/v1/posts/${id}`);
const inMs = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
const schedule = async (text: string, at: string) =>
  (
    await product.client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text },
      targets: [{ channelId }],
      schedule: { mode: "at", at },
      approval: "none",
    })
  ).id;
/** How often the network accepted each text. */
async function acceptedTexts(): Promise<Map<string, number>> {
  const log = await (await fetch(`${product.sandboxUrl}/_log?account=${user}`)).json();
  const counts = new Map<string, number>();
  for (const { text } of log as { text: string }[]) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

describe("many hands on one post", () => {
  it("200 reschedules at once: each counts once, one due time stays, one post goes out", async () => {
    const text = "pulled about";
    const id = await schedule(text, inMs(3_600_000));
    const { version } = await read(id);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        product.client.call<Post>("PATCH", `/v1/posts/${id}`, {
          schedule: { mode: "at", at: inMs(20_000 + index * 5) },
        }),
      ),
    );
    const versions = answers.map((answer) => answer.version).toSorted((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 200 }, (_, index) => version + index + 1));
    const last = answers.find((answer) => answer.version === version + 200);
    const now = await read(id);
    expect(now.version).toBe(version + 200);
    expect(now.schedule.at).toBe(last?.schedule.at);

    const published = await eventually(
      "publishing",
      () => read(id),
      ({ status }) => status === "published",
    );
    expect(published.version).toBe(version + 200);
    expect((await acceptedTexts()).get(text)).toBe(1);
    const story = product.temporal.workflow.getHandle(`post/${id}`);
    expect((await story.describe()).status.name).toBe("COMPLETED");
  });
});

describe("cancel against due", () => {
  const races = 1_000;
  const lanes = 25;

  it(`${races} times: 200 and it never goes out, or too_late and it went out once; nothing else`, async () => {
    const results: { text: string; id: string; status: number; code: string | undefined }[] = [];
    let next = 0;
    const lane = async () => {
      // Each lane aims at the moment of the decision: earlier after a loss, later after a win.
      let aim = 0;
      while (next < races) {
        next += 1;
        const text = `race ${next}`;
        const due = Date.now() + 2_500;
        const id = await schedule(text, new Date(due).toISOString());
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, due + aim - Date.now())));
        const answer = await product.client.raw("POST", `/v1/posts/${id}/cancel`);
        const { code } = (await answer.json()) as { code?: string };
        results.push({ text, id, status: answer.status, code });
        aim += (answer.status === 200 ? 1 : -1) * (5 + (next % 7) * 5);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));

    const won = results.filter(({ status }) => status === 200);
    const lost = results.filter(({ status, code }) => status === 409 && code === "too_late");
    expect(won.length + lost.length).toBe(races);
    // Races in which one side always wins are none.
    expect(Math.min(won.length, lost.length)).toBeGreaterThan(races / 10);

    const ends = await Promise.all(
      results.map(({ id }) =>
        eventually(
          "the post's end",
          () => read(id),
          ({ status }) => over.has(status),
        ),
      ),
    );
    const statusOf = new Map(ends.map(({ id, status }) => [id, status]));
    const out = await acceptedTexts();
    for (const { id, text } of won)
      expect({ text, status: statusOf.get(id), out: out.get(text) ?? 0 }).toEqual({
        text,
        status: "cancelled",
        out: 0,
      });
    for (const { id, text } of lost)
      expect({ text, status: statusOf.get(id), out: out.get(text) ?? 0 }).toEqual({
        text,
        status: "published",
        out: 1,
      });
  });
});
