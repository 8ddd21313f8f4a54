import { z } from "zod";
import type { AgentRole, Plan } from "#agents/contract.ts";
import { askAgain, describeNow, describeTask } from "#agents/roles/describe-task.ts";

const recentPosts = z.object({
  limit: z.number().int().min(1).max(20).describe("How many posts, newest first."),
});

const postMetrics = z.object({
  postId: z
    .string()
    .min(1)
    .max(100)
    .nullable()
    .describe("The id of one post of recent_posts, or null for all recent posts together."),
});

const output: z.ZodType<Plan> = z
  .object({
    idea: z.string().trim().min(1).max(300).describe("What the post is about, in one sentence."),
    angle: z
      .string()
      .trim()
      .min(1)
      .max(300)
      .describe("How it is told: the hook, the point of view."),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe("Why this post now, for the people who review it."),
    wantsImage: z
      .boolean()
      .describe("Whether the post should carry an image. False when media is none."),
    imagePrompt: z
      .string()
      .trim()
      .min(1)
      .max(1000)
      .nullable()
      .describe("What the image shows, for an image model; null exactly when wantsImage is false."),
  })
  .refine((plan) => plan.wantsImage === (plan.imagePrompt !== null), {
    path: ["imagePrompt"],
    message: "Must be null exactly when wantsImage is false.",
  });

/** Decides what the next post is about, after looking at what was posted and how it did. Its tools only read. */
export const planner: AgentRole<Plan> = {
  name: "planner",
  tools: {
    recent_posts: {
      description:
        "The agent's last posts with their text, time of publishing and channel. Use it first, so that the next post repeats none of them.",
      input: recentPosts,
    },
    post_metrics: {
      description:
        "Views, likes and comments of recent posts. Use it to learn which subjects and forms do well.",
      input: postMetrics,
    },
  },
  output,
  system: (context) =>
    [
      "You plan the next social media post. Another role writes it.",
      describeTask(context),
      "How to go about it:",
      "1. Look at the recent posts and at their metrics with the tools. Each tool once is enough.",
      "2. Choose one subject that follows the brief, suits the day and isn't a repetition.",
      "3. Answer with one JSON object that fits the schema.",
    ].join("\n"),
  firstMessage: (context) => `It is ${describeNow(context)}. Plan the next post.`,
  correction: askAgain,
};
