import type { Step } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";

const words = texts.runs;

type StepWords = Pick<Step, "kind" | "name" | "status" | "output">;

/** What a step did, as a person would say it; what it is about, as long as it has not done it. */
export function titleOf(step: StepWords): string {
  const { kind, name, status, output } = step;
  if (status !== "succeeded") return subjectOf(step);
  const titles = words.stepTitles;
  switch (kind) {
    case "model":
      if (name !== "planner" && name !== "writer") return titles.model(name);
      return asRecord(output)?.["turn"] === "tool_calls" ? titles[`${name}Asks`] : titles[name];
    case "tool":
      return titles.tools[name] ?? titles.tool(name);
    case "publish":
      return titles.publish(channelOf(name));
    default:
      return titles[kind];
  }
}

function subjectOf({ kind, name }: StepWords): string {
  const subjects = words.stepSubjects;
  switch (kind) {
    case "model":
      return name === "planner" || name === "writer" ? subjects[name] : subjects.model(name);
    case "tool":
      return subjects.tools[name] ?? subjects.tool(name);
    case "publish":
      return subjects.publish(channelOf(name));
    default:
      return subjects[kind];
  }
}

const channelOf = (name: string) => name.replace(/^publish to /, "");

/** What came of a step, in a sentence; undefined where its title says it all. */
export function outcomeOf(step: Pick<Step, "kind" | "output">): string | undefined {
  const output = asRecord(step.output);
  if (!output) return undefined;
  if (step.kind === "gather")
    return words.gathered(Number(output["recentPosts"]), Number(output["snapshots"]));
  if (step.kind === "model") return modelOutcome(output);
  if (step.kind === "check") {
    const problems = output["problems"];
    if (!Array.isArray(problems)) return undefined;
    return problems.length === 0 ? words.cleanCheck : problems.map(sayProblem).join(" ");
  }
  return undefined;
}

function modelOutcome(output: Record<string, unknown>): string | undefined {
  const answer = asRecord(output["answer"]);
  if (answer) {
    const said = [answer["idea"], answer["angle"], answer["text"]];
    return said.filter((text) => typeof text === "string").join(" ") || undefined;
  }
  const calls = output["calls"];
  if (!Array.isArray(calls)) return undefined;
  const names = calls.map((call) => String(asRecord(call)?.["name"]));
  return words.asked(
    new Intl.ListFormat("en").format(names.map((name) => words.stepTitles.wishes[name] ?? name)),
  );
}

function sayProblem(problem: unknown): string {
  return String(asRecord(problem)?.["detail"] ?? asRecord(problem)?.["message"] ?? problem);
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
