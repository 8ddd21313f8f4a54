import { useNavigate } from "@tanstack/react-router";
import { answerOf, api } from "./api/client.ts";
import { texts } from "./texts.ts";
import { useAction } from "./use-action.ts";

/** Wakes an agent and goes to where one can watch it. */
export function useRunAgent(agentId: string) {
  const navigate = useNavigate();
  return useAction({
    run: () => answerOf(api.POST("/v1/agents/{id}/run", { params: { path: { id: agentId } } })),
    stale: [["agents"], ["runs"]],
    done: texts.agents.started,
    onDone: ({ id }) => navigate({ to: "/runs/$runId", params: { runId: id } }),
  });
}
