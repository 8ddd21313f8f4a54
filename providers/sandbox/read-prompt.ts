import type { LanguageModelV4Prompt, LanguageModelV4ToolResultOutput } from "@ai-sdk/provider";
import { type Directives, numberOf, readDirectives } from "./directives.ts";
import { findTopic, type Topic } from "./find-topic.ts";

/** What the sandbox understands of a conversation. */
export interface PromptFacts {
  /** Stays the same while the conversation goes on, so that later answers agree with earlier ones. */
  seed: string;
  directives: Directives;
  topic: Topic;
  tone: string;
  hashtags: boolean;
  emoji: boolean;
  /** False when the conversation says that it wants no image. */
  image: boolean;
  /** The smallest "at most N characters" in it. */
  textLimit: number | undefined;
  /** How often the assistant has answered with text instead of tool calls. */
  answers: number;
  /** What tools returned. */
  toolResults: number;
  /** Tool calls that were answered with an error. */
  toolErrors: number;
  /** Characters of the whole conversation. */
  size: number;
}

/** Reads a conversation; `seed` is the one that the caller names, if any. */
export function readPrompt({
  prompt,
  seed,
}: {
  prompt: LanguageModelV4Prompt;
  seed: number | undefined;
}): PromptFacts {
  const system: string[] = [];
  const user: string[] = [];
  const assistant: string[] = [];
  const results: { text: string; failed: boolean }[] = [];
  for (const message of prompt) {
    if (message.role === "system") system.push(message.content);
    else if (message.role === "user") user.push(textOf(message.content));
    else if (message.role === "assistant") assistant.push(textOf(message.content));
    else {
      for (const part of message.content) {
        if (part.type !== "tool-result") continue;
        results.push({
          text: resultText(part.output),
          failed: part.output.type.startsWith("error"),
        });
      }
    }
  }
  const asked = [...system, ...user];
  const whole = asked.join("\n");
  const directives = readDirectives(asked);
  const voice = tagged(whole, "brand_voice") ?? whole;
  const manners = `${voice}\n${tagged(whole, "brief") ?? ""}`;
  return {
    seed: String(seed ?? numberOf(directives, "seed") ?? `${system.join("\n")}\n${user[0] ?? ""}`),
    directives,
    topic: findTopic(tagged(whole, "brief") ?? tagged(whole, "idea") ?? user[0] ?? ""),
    tone: toneOf(manners),
    hashtags: !/\b(?:no|without|avoid|never use) (?:any )?hashtags?\b/iu.test(manners),
    emoji:
      /\bemojis?\b/iu.test(manners) &&
      !/\b(?:no|without|avoid|never use) (?:any )?emojis?\b/iu.test(manners),
    image: tagged(whole, "media")?.trim() !== "none",
    textLimit: smallestLimit(whole),
    answers: assistant.filter((text) => text.trim() !== "").length,
    toolResults: results.filter((result) => !result.failed).length,
    toolErrors: results.filter((result) => result.failed).length,
    size: [...asked, ...assistant, ...results.map((result) => result.text)].reduce(
      (sum, text) => sum + text.length,
      0,
    ),
  };
}

/** The smallest N of "at most N characters" (or graphemes, codepoints, …) in a text. */
export function smallestLimit(text: string): number | undefined {
  const limits = [
    ...text.matchAll(
      /\bat most (\d{1,6}) (?:characters|graphemes|codepoints|utf16|code units)\b/giu,
    ),
  ];
  return limits.length === 0 ? undefined : Math.min(...limits.map(([, digits]) => Number(digits)));
}

function textOf(parts: readonly { type: string; text?: unknown }[]): string {
  return parts
    .map((part) => (part.type === "text" && typeof part.text === "string" ? part.text : ""))
    .filter((text) => text !== "")
    .join("\n");
}

function resultText(output: LanguageModelV4ToolResultOutput): string {
  if (output.type === "execution-denied") return output.reason ?? "";
  return typeof output.value === "string" ? output.value : JSON.stringify(output.value);
}

/** The content of the first `<name>…</name>`, unless it is blank. */
function tagged(text: string, name: string): string | undefined {
  const start = text.indexOf(`<${name}>`);
  if (start === -1) return undefined;
  const end = text.indexOf(`</${name}>`, start);
  const content = end === -1 ? "" : text.slice(start + name.length + 2, end);
  return content.trim() === "" ? undefined : content;
}

function toneOf(text: string): string {
  return (
    /\b(?:playful|funny|cheeky|bold|calm|quiet|warm|friendly|cosy|cozy|formal|professional|serious)\b/iu
      .exec(text)?.[0]
      .toLowerCase() ?? ""
  );
}
