import { z } from "zod";
import type { AgentRole, Draft, RoleContext } from "#agents/contract.ts";
import { askAgain, describeNow, describeTask } from "#agents/roles/describe-task.ts";
import { quote } from "#agents/roles/quote.ts";

const checkDraft = z.object({
  text: z
    .string()
    .min(1)
    .max(10_000)
    .describe("The whole text of the post, as it would be published."),
});

const output: z.ZodType<Draft> = z.object({
  text: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .describe("The post's text, ready to publish, within every channel's limit."),
  title: z
    .string()
    .trim()
    .min(1)
    .max(150)
    .nullable()
    .describe("A short title, or null. Only some channels show it."),
  altText: z
    .string()
    .trim()
    .min(1)
    .max(1000)
    .nullable()
    .describe(
      "Describes the planned image to someone who can't see it; null when there is no image.",
    ),
});

/** Writes the post that the planner decided on. */
export const writer: AgentRole<Draft> = {
  name: "writer",
  tools: {
    check_draft: {
      description:
        "Counts a draft's characters the way each channel does, and says where it is too long. Use it before answering.",
      input: checkDraft,
    },
  },
  output,
  system: (context) =>
    [
      "You write one social media post.",
      describeTask(context),
      "How to go about it:",
      "1. Write a text that works on every channel, and check it with the tool.",
      "2. Where it is too long somewhere, shorten it.",
      "3. Answer with one JSON object that fits the schema: the text alone, without quotation marks or comments around it.",
    ].join("\n"),
  firstMessage: (context) =>
    [`It is ${describeNow(context)}. Write the post.`, ...describePlan(context)].join("\n"),
  correction: askAgain,
};

function describePlan({ plan }: RoleContext): string[] {
  if (plan === null) return ["There is no plan: choose the subject yourself, from the brief."];
  return [
    quote({ tag: "idea", text: plan.idea }),
    quote({ tag: "angle", text: plan.angle }),
    plan.imagePrompt === null
      ? "The post carries no image."
      : `The post carries an image of this: ${quote({ tag: "image", text: plan.imagePrompt })}`,
  ];
}
