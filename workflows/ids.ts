/** Arguments of workflows: ids and nothing else. */
export interface PostIds {
  workspaceId: string;
  postId: string;
}

export interface TargetIds extends PostIds {
  targetId: string;
}

export interface UploadIds {
  workspaceId: string;
  uploadId: string;
}

export interface GenerationIds {
  workspaceId: string;
  generationId: string;
}

export interface ProviderKeyIds {
  workspaceId: string;
  credentialsId: string;
}

export interface RunIds {
  workspaceId: string;
  agentId: string;
  runId: string;
}

export interface WebhookDeliveryIds {
  workspaceId: string;
  deliveryId: string;
  /** Grows each time that a person has it delivered again; the workflow of another round has nothing to do. */
  round: string;
}

export interface MemberIds {
  workspaceId: string;
  userId: string;
}

export interface ConnectionIds {
  workspaceId: string;
  connectionId: string;
}
