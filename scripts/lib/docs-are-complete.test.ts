import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import {
  agentMachine,
  connectionMachine,
  generationMachine,
  postMachine,
  runMachine,
  targetMachine,
} from "#domain/states.ts";
import { webhookKinds, webhookPatternsOf } from "#domain/webhook-events.ts";

const root = path.resolve(import.meta.dirname, "../..");
const folders = "{api,activities,db,scripts}";

/** The sources that may write events and lines of the audit log, without their tests. */
async function sources(): Promise<string> {
  const texts: string[] = [];
  for await (const file of glob(`${folders}/**/*.ts`, { cwd: root }))
    if (!file.endsWith(".test.ts")) texts.push(await readFile(path.join(root, file), "utf8"));
  return texts.join("\n");
}

const doc = (name: string) => readFile(path.join(root, "docs", name), "utf8");

/** Types and actions that are put together where they are written, from a state or a verb. */
const madeActions = [
  ...["created", "changed", "removed", "secret-rotated"].map((verb) => `webhook.${verb}`),
  ...["is-there", "send-again", "give-up"].map((outcome) => `post.resolved-${outcome}`),
  ...["paused", "resumed", "ended"].map((verb) => `series.${verb}`),
  ...["active", "paused"].map((status) => `agent.${status}`),
];
const removals = ["requested", "removed", "not_supported", "failed", "removed_on_platform"];
const madeTypes = [
  ...postMachine.states.map((status) => `post.${status}`),
  ...targetMachine.states.map((status) => `target.${status}`),
  ...removals.map((status) => `target.removal_${status}`),
  ...["active", "changed", "paused", "ended", "skipped"].map((what) => `series.${what}`),
  ...agentMachine.states.map((status) => `agent.${status}`),
  ...runMachine.states.map((status) => `run.${status}`),
  ...generationMachine.states.map((status) => `generation.${status}`),
  ...connectionMachine.states.map((status) => `connection.${status}`),
  "webhook.test",
];

it("the operators' guide names every action of the audit log", async () => {
  const [text, guide] = [await sources(), await doc("operators.md")];
  const written = [...text.matchAll(/\baction[:=]([^,;{}]*)/g)].flatMap(([, value = ""]) =>
    [...value.matchAll(/"([a-z-]+\.[a-z_-]+)"/g)].map(([, action = ""]) => action),
  );
  const actions = [...new Set([...written, ...madeActions])];
  expect(actions.length).toBeGreaterThan(50);
  expect(actions.filter((action) => !guide.includes(`\`${action}\``))).toEqual([]);
});

it("the guide to webhooks names every type of event", async () => {
  const [text, guide] = [await sources(), await doc("webhooks.md")];
  const rows = guide.split("\n").filter((line) => line.startsWith("| `"));
  const written = [...text.matchAll(/\btype: ([^,;{}]*)/g)].flatMap(([, value = ""]) =>
    [...value.matchAll(/"([a-z]+\.[a-z_]+)"/g)].map(([, type = ""]) => type),
  );
  const types = [...new Set([...written, ...madeTypes])].filter(
    (type) => webhookPatternsOf(type).length > 0,
  );
  expect(types.length).toBeGreaterThan(60);
  const isTold = (type: string) => {
    const [kind = "", word = ""] = type.split(".");
    return rows.some((row) => row.startsWith(`| \`${kind}\` |`) && row.includes(`\`${word}\``));
  };
  expect(types.filter((type) => !isTold(type))).toEqual([]);
  expect(
    webhookKinds.filter((kind) => !rows.some((row) => row.startsWith(`| \`${kind}\` |`))),
  ).toEqual([]);
});
