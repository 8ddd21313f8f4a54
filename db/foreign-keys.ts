/**
 * Every foreign key of the schema. They are data and not ORM relations, because a tenant's keys carry the workspace
 * (`(workspace_id, post_id)` references `post (workspace_id, id)`), so that a row can never point into another tenant.
 * All are deferred to the end of the transaction: the order of a flush does not matter.
 */
export interface ForeignKey {
  table: string;
  column: string;
  references: string;
  onDelete: "cascade" | "set null";
  /** The key is composite with the workspace. */
  withWorkspace?: boolean;
}

export const foreignKeys: ForeignKey[] = [
  {
    table: "workspace_details",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "member", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  {
    table: "api_key_details",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "invitation", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  {
    table: "idempotency_record",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "connection", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "channel", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "asset", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "rendition", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "upload", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  {
    table: "provider_credentials",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "generation", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  {
    table: "generation",
    column: "parent_id",
    references: "generation",
    onDelete: "set null",
    withWorkspace: true,
  },
  {
    table: "generation_call",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  {
    table: "generation_call",
    column: "generation_id",
    references: "generation",
    onDelete: "cascade",
    withWorkspace: true,
  },
  { table: "post", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "target", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "rate_use", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "delivery", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  {
    table: "delivery_attempt",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "approval", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "agent", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "run", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "step", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  {
    table: "metric_snapshot",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "credit_entry", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "credit_entry", column: "user_id", references: "user", onDelete: "set null" },
  { table: "payment", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "audit_event", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "event", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "series", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "queue", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  {
    table: "expired_object",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  {
    table: "retention_tally",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "queue_claim", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "notification", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  {
    table: "notification_settings",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "notification", column: "user_id", references: "user", onDelete: "cascade" },
  { table: "notification_settings", column: "user_id", references: "user", onDelete: "cascade" },
  {
    table: "webhook_endpoint",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  {
    table: "webhook_delivery",
    column: "workspace_id",
    references: "workspace",
    onDelete: "cascade",
  },
  { table: "session", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "api_key", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "oauth_state", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "outbox", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "session", column: "user_id", references: "user", onDelete: "cascade" },
  { table: "member", column: "user_id", references: "user", onDelete: "cascade" },
  { table: "api_key_details", column: "key_id", references: "api_key", onDelete: "cascade" },
  {
    table: "rate_use",
    column: "connection_id",
    references: "connection",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "channel",
    column: "connection_id",
    references: "connection",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "asset",
    column: "generation_id",
    references: "generation",
    onDelete: "set null",
    withWorkspace: true,
  },
  {
    table: "upload",
    column: "asset_id",
    references: "asset",
    onDelete: "set null",
    withWorkspace: true,
  },
  {
    table: "rendition",
    column: "asset_id",
    references: "asset",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "generation",
    column: "run_id",
    references: "run",
    onDelete: "set null",
    withWorkspace: true,
  },
  {
    table: "post",
    column: "agent_id",
    references: "agent",
    onDelete: "set null",
    withWorkspace: true,
  },
  { table: "post", column: "run_id", references: "run", onDelete: "set null", withWorkspace: true },
  {
    table: "post",
    column: "series_id",
    references: "series",
    onDelete: "set null",
    withWorkspace: true,
  },
  {
    table: "queue",
    column: "channel_id",
    references: "channel",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "queue_claim",
    column: "channel_id",
    references: "channel",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "queue_claim",
    column: "post_id",
    references: "post",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "target",
    column: "post_id",
    references: "post",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "delivery",
    column: "target_id",
    references: "target",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "delivery_attempt",
    column: "delivery_id",
    references: "delivery",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "approval",
    column: "post_id",
    references: "post",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "run",
    column: "agent_id",
    references: "agent",
    onDelete: "cascade",
    withWorkspace: true,
  },
  { table: "step", column: "run_id", references: "run", onDelete: "cascade", withWorkspace: true },
  {
    table: "webhook_delivery",
    column: "endpoint_id",
    references: "webhook_endpoint",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "metric_snapshot",
    column: "post_id",
    references: "post",
    onDelete: "cascade",
    withWorkspace: true,
  },
  {
    table: "metric_snapshot",
    column: "target_id",
    references: "target",
    onDelete: "cascade",
    withWorkspace: true,
  },
];

/** The constraint's name in the database. */
export function foreignKeyName(key: ForeignKey): string {
  return `${key.table}_${key.column}_fkey`;
}

/** Statement that adds the constraint. */
export function addForeignKey(key: ForeignKey): string {
  const { columns, referenced, rule } = partsOf(key, (name) => `"${name}"`);
  return (
    `alter table "${key.table}" add constraint "${foreignKeyName(key)}" foreign key (${columns}) ` +
    `references "${key.references}" (${referenced}) on delete ${rule} deferrable initially deferred;`
  );
}

/** The constraint as PostgreSQL tells it (`pg_get_constraintdef`), without quotes. */
export function foreignKeyDefinition(key: ForeignKey): string {
  const { columns, referenced, rule } = partsOf(key, (name) => name);
  const onDelete = rule.replace(/^(cascade|set null)/, (word) => word.toUpperCase());
  return (
    `FOREIGN KEY (${columns}) REFERENCES ${key.references}(${referenced}) ` +
    `ON DELETE ${onDelete} DEFERRABLE INITIALLY DEFERRED`
  );
}

function partsOf(key: ForeignKey, quoted: (name: string) => string) {
  const workspace = key.withWorkspace ? [quoted("workspace_id")] : [];
  return {
    columns: [...workspace, quoted(key.column)].join(", "),
    referenced: [...workspace, quoted("id")].join(", "),
    // Only the reference is forgotten, never the workspace.
    rule: key.onDelete === "cascade" ? "cascade" : `set null (${quoted(key.column)})`,
  };
}
