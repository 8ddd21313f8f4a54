/**
 * What a role of the posting agent is: its prompt, its tools and the shape of its answer. One folder per role:
 * `agents/roles/<name>/`. The workflow runs the loop: a model call is one activity, a tool call another.
 */
import type { ZodType } from "zod";

/** A place that the post will go to, with what its text may measure. */
export interface RoleChannel {
  platform: string;
  name: string;
  textMax: number;
  unit: "graphemes" | "codepoints" | "utf16";
}

/** What the planner decided. */
export interface Plan {
  idea: string;
  angle: string;
  /** Why this, now; shown to people. */
  reason: string;
  wantsImage: boolean;
  /** Null exactly when no image is wanted. */
  imagePrompt: string | null;
}

/** What the writer wrote. */
export interface Draft {
  text: string;
  title: string | null;
  /** Describes the image for those who can't see it; null when there is none. */
  altText: string | null;
}

/** Everything that a role's prompt is made of. No personal data, no ids, no secrets. */
export interface RoleContext {
  agentName: string;
  brief: string;
  brandVoice: string | null;
  channels: RoleChannel[];
  media: "none" | "image";
  /** ISO instant; stays the same for the whole conversation, so that its first messages do too. */
  now: string;
  /** IANA name; the agent's own. */
  timeZone: string;
  /** The planner's answer, for the roles after it. */
  plan: Plan | null;
}

export interface RoleTool {
  /** Tells the model what the tool gives and when to use it. */
  description: string;
  /** Every property is required (nullable where it may be absent): strict function calling knows no optional ones. */
  input: ZodType;
}

export interface AgentRole<Output = unknown> {
  name: string;
  /** Each call becomes an activity of its own; the workspace comes from the run, never from the model. */
  tools: Record<string, RoleTool>;
  /** Every property is required (nullable where it may be absent): strict structured output knows no optional ones. */
  output: ZodType<Output>;
  system(context: RoleContext): string;
  firstMessage(context: RoleContext): string;
  /** The answer to an unusable answer. */
  correction(problems: readonly string[]): string;
}
