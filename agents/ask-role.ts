import { ApplicationFailure, proxyActivities } from "@temporalio/workflow";
import type { RunIds } from "#workflows/ids.ts";
import { ioOptions, maximumTurns, modelOptions } from "#temporal.config";

/** The roles of an agent, each with its own prompt, tools and answer. */
export type RoleName = "planner" | "writer";

/** What a model's turn asks for, without its content: that is in the step's row. */
export type Turn =
  | { kind: "answer"; wantsImage: boolean }
  | { kind: "tool_calls"; calls: { id: string; name: string }[] }
  | { kind: "invalid"; problems: number }
  | { kind: "refused"; code: string; detail: string };

export interface RoleTurn extends RunIds {
  role: RoleName;
  /** Names this turn within the run, for example `writer.2`; also the order of the role's conversation. */
  stepKey: string;
  position: number;
}

export interface RoleModelActivities {
  /** One call of the model with the role's conversation so far; stores what it answered as a step. */
  callRole(input: RoleTurn): Promise<Turn>;
}

export interface RoleToolActivities {
  /** One tool call of a turn, by its id; stores its result for the model to read. */
  callTool(input: RoleTurn & { callId: string; tool: string }): Promise<void>;
}

export interface Conversation {
  ids: RunIds;
  /** Steps taken so far in the run. */
  position: number;
  turns: Record<RoleName, number>;
}

/** Lets a role speak until it gives a valid answer; each call of the model and each tool call is an activity. */
export async function askRole(
  conversation: Conversation,
  role: RoleName,
): Promise<{ wantsImage: boolean }> {
  const { callRole } = proxyActivities<RoleModelActivities>({ ...modelOptions });
  const { callTool } = proxyActivities<RoleToolActivities>({ ...ioOptions });
  for (let turn = 0; turn < maximumTurns; turn += 1) {
    const at = nextTurn(conversation, role);
    const said = await callRole.executeWithOptions(
      { summary: `ask the ${role}, turn ${turn + 1}` },
      [at],
    );
    if (said.kind === "answer") return { wantsImage: said.wantsImage };
    if (said.kind === "refused") throw ApplicationFailure.nonRetryable(said.detail, said.code);
    if (said.kind === "invalid") continue;
    for (const call of said.calls) {
      const position = takePosition(conversation);
      await callTool.executeWithOptions({ summary: `the ${role} uses ${call.name}` }, [
        { ...at, position, callId: call.id, tool: call.name },
      ]);
    }
  }
  throw ApplicationFailure.nonRetryable(
    `The ${role} gave no valid answer in ${maximumTurns} turns.`,
    "model_gave_no_answer",
  );
}

/** A place in the order of the run's steps. */
export function takePosition(conversation: Conversation): number {
  conversation.position += 1;
  return conversation.position;
}

function nextTurn(conversation: Conversation, role: RoleName): RoleTurn {
  conversation.turns[role] += 1;
  return {
    ...conversation.ids,
    role,
    stepKey: `${role}.${conversation.turns[role]}`,
    position: takePosition(conversation),
  };
}
