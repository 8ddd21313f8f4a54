import type { ProblemCode } from "#domain/problem-codes.ts";
import type { Access } from "../plugins/access.ts";

/** What a route is, as far as it decides which problems any such route may answer with. */
export interface RouteFacts {
  /** `GET`, `POST` and so on. */
  method: string;
  /** With parameters in braces. */
  path: string;
  access: Access;
  /** Whether it takes an `Idempotency-Key`. */
  takesKey: boolean;
  /** Media types that it takes; none where it takes no body. */
  consumes: readonly string[];
  /** Whether it answers page by page. */
  paged: boolean;
  /** Problems of its own. */
  problems: readonly ProblemCode[];
}

/** Addresses that are always answered, without limit and without the database. */
const alwaysAnswered = ["/livez", "/readyz"];

/** The problems that a route may answer with because of what it is, and its own. */
export function problemsOf(route: RouteFacts): ProblemCode[] {
  const { access } = route;
  const changes = route.method !== "GET";
  const groups: [boolean, ProblemCode[]][] = [
    // An address that is longer than all headers together may be is told as such, too.
    [true, ["invalid_request", "headers_too_large", "internal"]],
    // A part of an address that is too long for any id leads nowhere.
    [route.path.includes("{"), ["malformed_request", "not_found"]],
    [!alwaysAnswered.includes(route.path), ["rate_limited", "database_unavailable"]],
    [changes, ["malformed_json", "too_large", "unsupported_media_type", "foreign_origin"]],
    [changes, ["malformed_request", "body_too_slow"]],
    [!("public" in access), ["unauthenticated", "invalid_key", "key_revoked", "key_expired"]],
    ["scope" in access, ["missing_scope"]],
    ["scope" in access && access.stepUp === true, ["step_up_needed"]],
    [route.paged, ["invalid_cursor"]],
    ["session" in access, ["session_needed"]],
    ["operator" in access, ["operator_needed"]],
    [route.takesKey, ["invalid_idempotency_key", "idempotency_key_reused", "request_in_progress"]],
  ];
  const general = groups.flatMap(([applies, codes]) => (applies ? codes : []));
  return [...new Set([...general, ...route.problems])].toSorted();
}

/** Whether its answers tell what is left of the rate limit. */
export function isLimited(route: Pick<RouteFacts, "path">): boolean {
  return !alwaysAnswered.includes(route.path);
}
