/** What operators read of a workflow in the Temporal UI's list: no content, no names of people. */
const summaries: Record<string, string> = {
  publishPost: "Prepare, approve, wait and publish one post",
  generate: "Generate text, images, audio or video",
  runPostingAgent: "One wake-up of an agent: plan, write, check, illustrate, publish",
  collectMetrics: "Measure a published post until 28 days after",
  refreshConnection: "Keep the authorization of one connected account fresh",
  deliverWebhook: "Send one event to one webhook, for a day at most",
  takeDownPost: "Take down what is out of one post",
  takeUpload: "Check a file that came piece by piece, and make an asset of it",
  checkProviderKey: "Try a workspace's key of an AI provider",
  notifyMember: "Tell one member what needs them, several things in one message",
  sweep: "Start what was accepted and has no workflow yet",
};

/** The static summary of a workflow type. */
export function workflowSummary(workflowType: string): string {
  return summaries[workflowType] ?? workflowType;
}
