/** Arguments of workflows: ids and nothing else. */
export interface PostIds {
  workspaceId: string;
  postId: string;
}

export interface TargetIds extends PostIds {
  targetId: string;
}

export interface GenerationIds {
  workspaceId: string;
  generationId: string;
}

export interface RunIds {
  workspaceId: string;
  agentId: string;
  runId: string;
}

export interface ConnectionIds {
  workspaceId: string;
  connectionId: string;
}
