/**
 * The vocabulary of problems: every word that may stand in a problem's `code`, with the HTTP status that it goes with
 * and what it means, in one sentence for whoever writes a client. A word keeps its meaning for ever; new ones may come.
 */
export const problemCodes = {
  client_gone: { status: 400, means: "The connection was closed before the upload was complete." },
  invalid_idempotency_key: {
    status: 400,
    means: "An Idempotency-Key is 1 to 255 visible ASCII characters.",
  },
  malformed_json: { status: 400, means: "The body is not JSON." },
  malformed_multipart: {
    status: 400,
    means: "The form ends too early, or is not what its header says.",
  },
  signature_not_valid: {
    status: 400,
    means: "The signature is missing, wrong, or too old.",
  },
  malformed_request: { status: 400, means: "The request can't be read." },

  invalid_key: { status: 401, means: "This is no API key of ours." },
  key_expired: { status: 401, means: "The API key has expired." },
  key_revoked: { status: 401, means: "The API key was revoked." },
  unauthenticated: { status: 401, means: "No API key and no session came along, or it has ended." },
  wrong_credentials: { status: 401, means: "The e-mail address or password is wrong." },

  credit_limit: {
    status: 402,
    means:
      "A limit of credits a day is reached: the workspace's, the member's or the agent's, as `limitOf` says.",
  },
  credits_exhausted: {
    status: 402,
    means: "The workspace has fewer credits left than this needs.",
  },

  foreign_origin: { status: 403, means: "The request comes from another site." },
  link_expired: { status: 403, means: "The link to a file has expired; ask for a fresh one." },
  link_not_valid: { status: 403, means: "The link to a file is not one of ours, or was changed." },
  missing_scope: { status: 403, means: "The key lacks the scope, or the role does not carry it." },
  no_workspace: { status: 403, means: "This person is no member of a workspace." },
  operator_needed: { status: 403, means: "Only an operator of the installation can do this." },
  other_account: { status: 403, means: "The invitation is for another e-mail address." },
  owner_needed: { status: 403, means: "Only an owner of the workspace can do this." },
  own_post: { status: 403, means: "In this workspace nobody approves a post of their own." },
  person_needed: { status: 403, means: "Only a signed-in person can decide this." },
  registration_closed: { status: 403, means: "Nobody can register here by themselves." },
  session_needed: { status: 403, means: "Only a signed-in person can do this." },
  step_up_needed: {
    status: 403,
    means: "The password must have been given within the last 10 minutes.",
  },
  wrong_key: { status: 403, means: "Only the API key that began it can confirm it." },
  wrong_password: { status: 403, means: "The password is wrong." },

  invitation_not_valid: {
    status: 404,
    means: "The invitation was used, taken back, has expired, or never was.",
  },
  not_found: { status: 404, means: "There is no such thing in this workspace." },

  method_not_allowed: { status: 405, means: "The address takes other methods." },

  body_too_slow: { status: 408, means: "The body took too long to arrive." },
  request_too_slow: { status: 408, means: "The request took too long to arrive." },

  agent_halted: { status: 409, means: "The agent is halted; resume it first." },
  already_ended: { status: 409, means: "It has ended already." },
  already_member: { status: 409, means: "That person is a member already." },
  balance_too_large: { status: 409, means: "It would be more credits than a balance can hold." },
  asset_in_use: { status: 409, means: "Something that is not done needs the asset." },
  content_changed: { status: 409, means: "The content is not the one that was seen." },
  email_taken: { status: 409, means: "There is an account with this e-mail address." },
  external_id_taken: { status: 409, means: "Another row of the workspace has this externalId." },
  illegal_transition: { status: 409, means: "It can't go from its state to the one asked for." },
  invitation_accepted: { status: 409, means: "The invitation was accepted already." },
  last_owner: { status: 409, means: "A workspace keeps at least one owner." },
  needs_reauthorization: { status: 409, means: "The account must be connected again." },
  not_approved: { status: 409, means: "The post needs approval first." },
  not_authorized_yet: { status: 409, means: "Nobody has authorized the account yet." },
  not_awaiting_approval: { status: 409, means: "The post awaits no approval." },
  not_refreshable: { status: 409, means: "The platform knows no refreshing." },
  reference_taken: {
    status: 409,
    means: "The workspace was granted another number of credits by this reference.",
  },
  request_in_progress: {
    status: 409,
    means: "A request with this Idempotency-Key is still at work; repeat it in a moment.",
  },
  too_many_series: {
    status: 409,
    means: "The workspace has as many series that have not ended as it may have.",
  },
  too_many_webhooks: { status: 409, means: "The workspace has as many webhooks as it may have." },
  version_conflict: { status: 409, means: "Somebody changed it since the version that was seen." },
  webhook_disabled: { status: 409, means: "The webhook is disabled; enable it first." },
  not_unconfirmed: { status: 409, means: "Nobody has to decide about this target." },
  nothing_failed: { status: 409, means: "There is nothing to try again." },
  nothing_out: { status: 409, means: "Nothing of it is known to be out, or it was taken down." },
  storage_quota: {
    status: 409,
    means: "The workspace's files would take more room than they may.",
  },
  too_many_uploads: {
    status: 409,
    means: "The workspace has as many open uploads as it may have.",
  },
  upload_ended: { status: 409, means: "The upload takes no more bytes: the file is whole." },
  wrong_offset: { status: 409, means: "The upload goes on from another byte; ask with HEAD." },
  too_late: { status: 409, means: "It is out, or on its way, or has ended." },

  upload_expired: { status: 410, means: "The upload was not finished in time." },
  file_expired: { status: 410, means: "The file's time was over, and its bytes are gone." },
  generation_expired: {
    status: 410,
    means: "The generation's time was over: its prompt and texts, or all of it, are gone.",
  },
  authorization_expired: { status: 410, means: "Nobody authorized the account in time." },

  too_large: { status: 413, means: "The body or file is too large." },
  unsupported_media_type: { status: 415, means: "The content type is not the one that is taken." },

  address_refused: {
    status: 422,
    means: "The address is private, can't be found, or is not one of the web.",
  },
  approval_required: { status: 422, means: "A channel takes no post without approval." },
  checksum_mismatch: { status: 422, means: "The file is not the one that its SHA-256 names." },
  content_refused: { status: 422, means: "The content does not fit what the platform takes." },
  corrupt: { status: 422, means: "The file is damaged or not complete." },
  credentials_refused: { status: 422, means: "The platform refuses the credentials." },
  empty: { status: 422, means: "The file is empty." },
  file_missing: { status: 422, means: "The form holds no file." },
  idempotency_key_reused: {
    status: 422,
    means: "The Idempotency-Key stood for another request; use a new one.",
  },
  in_the_past: { status: 422, means: "The time has passed." },
  invalid_csv: { status: 422, means: "The file is no CSV, or not one of posts." },
  invalid_cursor: { status: 422, means: "The cursor is not one of ours; start without." },
  invalid_request: {
    status: 422,
    means: "The request does not fit its schema; `errors` says where.",
  },
  invalid_rule: { status: 422, means: "This is no recurrence, or none that can be planned." },
  invalid_url: {
    status: 422,
    means: "The address is no address of a post of this account, or of another post.",
  },
  invalid_time: { status: 422, means: "This is no time, or none that can be planned." },
  media_unreadable: { status: 422, means: "The file can't be taken." },
  no_free_slot: { status: 422, means: "Its channels' queues have no slot left that fits." },
  no_queue: { status: 422, means: "None of its channels has a queue." },
  not_decodable: { status: 422, means: "The payloads were not encrypted by this installation." },
  payment_not_configured: {
    status: 422,
    means: "The installation takes no payments; an operator grants credits.",
  },
  provider_not_configured: { status: 422, means: "The provider is not set up here." },
  provider_forbidden: {
    status: 422,
    means: "The workspace's settings do not let this provider be asked.",
  },
  provider_key_refused: {
    status: 422,
    means: "The key was tried and can't be used; `reason` says why. The one before it stays.",
  },
  rows_refused: { status: 422, means: "Some of the rows are refused, so none was made." },
  source_refused: { status: 422, means: "The file can't be had from its address." },
  sandbox_output: {
    status: 422,
    means: "It holds output of the offline models, which goes to real platforms only on demand.",
  },
  time_zone_missing: { status: 422, means: "A time without an offset needs a time zone." },
  timeout: { status: 422, means: "The file takes too long to read." },
  too_long: { status: 422, means: "The recording is too long." },
  too_many_files: { status: 422, means: "One file at a time." },
  too_many_pixels: { status: 422, means: "The picture is too large." },
  unknown_asset: { status: 422, means: "There is no such asset in this workspace." },
  unknown_field: { status: 422, means: "The form holds something besides the file." },
  unknown_model: { status: 422, means: "There is no such model." },
  unknown_pack: { status: 422, means: "There is no such pack of credits." },
  unknown_platform: { status: 422, means: "There is no such platform." },
  unknown_provider: { status: 422, means: "There is no such provider." },
  type_mismatch: {
    status: 422,
    means: "The file is not of the type that its sender or its name says.",
  },
  unsupported_type: { status: 422, means: "Files of this type are not taken." },
  way_not_set_up: {
    status: 422,
    means: "Nothing can be sent this way yet; it must be set up first.",
  },
  wrong_kind: { status: 422, means: "The model makes something else." },

  upload_busy: { status: 423, means: "Another request is writing to the upload; try in a moment." },

  rate_limited: { status: 429, means: "Too many requests; wait as long as Retry-After says." },
  too_many_streams: { status: 429, means: "Too many streams of events are open." },
  too_many_tries: { status: 429, means: "Too many tries; wait as long as Retry-After says." },

  headers_too_large: { status: 431, means: "The headers are too large." },

  internal: { status: 500, means: "Our fault; the logs know the requestId." },

  console_not_built: { status: 503, means: "The installation has no console built." },
  database_unavailable: {
    status: 503,
    means: "The database can't be reached, or took too long.",
  },
  payment_unavailable: {
    status: 503,
    means: "The payment provider does not answer as it should.",
  },
  platform_not_configured: {
    status: 503,
    means: "The installation is not set up for the platform.",
  },
  platform_unavailable: { status: 503, means: "The platform does not answer as it should." },
  stopping: { status: 503, means: "The process is about to stop; ask again in a moment." },
  temporal_ui_unavailable: {
    status: 503,
    means: "Temporal's UI does not answer; Temporal may be down, or hang.",
  },
  storage_full: { status: 503, means: "There is no room left for files." },
} as const satisfies Record<string, { status: number; means: string }>;

export type ProblemCode = keyof typeof problemCodes;

/** Whether a word is one of the vocabulary. */
export function isProblemCode(word: string): word is ProblemCode {
  return Object.hasOwn(problemCodes, word);
}
