/** What a person can do about a delivery that went wrong, by the code of its attempt or target. */
const advice: Record<string, string> = {
  rate_limited: "Nothing: it waits as long as the platform asks, and goes on by itself.",
  expired_token: "Nothing: the authorization is renewed by itself.",
  connection_not_usable:
    "Connect the account again. The post goes on by itself if its time allows.",
  unconfirmed: "Look on the platform whether it is there, and decide.",
  no_answer: "Nothing: it is read whether the post is out before anything is sent again.",
  gave_up: "Look whether the platform works, then retry.",
  expired: "Schedule it anew if it still makes sense.",
  given_up:
    "Look on the platform. If it is there, say so with its address; if not, make a new post.",
  taken_down: "Nothing: it was being taken down, so the rest was not sent.",
  interrupted: "Retry to send the parts that are left.",
  stopped: "Retry to send the parts that are left, or take down what is out.",
  media_failed: "Use another file, or try again.",
  media_missing: "Make a new post with the media.",
  file_expired: "Make a new post of the parts that are left, with the media.",
  parent_unknown: "Make a new post of the parts that are left.",
  not_approved: "Ask for approval again.",
  approval_required: "Make a post that asks for approval.",
  content_changed: "Edit the post, so that it is prepared anew.",
  workspace_halted: "An owner or admin can end the halt.",
  agent_halted: "Resume the agent.",
  daily_post_limit: "Raise the agent's limit, or retry tomorrow.",
  sandbox_output: "Have a person approve it so, or use other content.",
  platform_missing: "Install the platform again, or remove the target.",
};

const byOutcome: Record<string, string> = {
  rejected:
    "Change what the platform names, then retry. Where a part of the post is out, make a new post of the rest.",
  not_accepted: "Nothing: it is tried again by itself.",
  refused: "Connect the account again if it does not recover by itself.",
  not_visible: "Look on the platform whether it is shown.",
  unprovable: "Look on the platform whether it is there, and decide.",
};

/** One sentence, or null where there is nothing to do because it went well. */
export function adviceFor(attempt: {
  outcome: string | null;
  code: string | null;
  httpStatus?: number | null;
}): string | null {
  const { outcome, code, httpStatus } = attempt;
  const known = code === null ? undefined : advice[code];
  if (known !== undefined) return known;
  if (outcome === null) return null;
  // Nothing was accepted, and asking again with the same authorization helps nobody.
  const refused = outcome === "not_accepted" && (httpStatus === 401 || httpStatus === 403);
  return byOutcome[refused ? "refused" : outcome] ?? null;
}
