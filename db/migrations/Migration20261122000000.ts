import { Migration } from "@mikro-orm/migrations";
import { addForeignKey, type ForeignKey } from "../foreign-keys.ts";

/** The tables of the main job, their row-level security and their foreign keys. */
export class Migration20261122000000 extends Migration {
  override up(): void {
    this.addSql(
      'create table "agent" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "name" varchar(200) not null, "brief" text not null, "brand_voice" text null, "channel_ids" jsonb not null, "schedule" jsonb not null, "autonomy" text not null, "media" text not null, "daily_post_limit" int not null, "credit_limit" int not null, "provider" varchar(40) null, "model" varchar(120) null, "status" text not null, "created_by" varchar(80) not null, "deleted_at" timestamptz(3) null, "version" int not null default 1, "updated_at" timestamptz(3) not null, primary key ("id"));',
    );
    this.addSql('create index "agent_workspace_id_index" on "agent" ("workspace_id");');
    this.addSql(
      'alter table "agent" add constraint "agent_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "agent" add constraint "agent_autonomy_check" check ("autonomy" in (\'suggest\', \'autopilot\'));',
    );
    this.addSql(
      'alter table "agent" add constraint "agent_media_check" check ("media" in (\'none\', \'image\'));',
    );
    this.addSql(
      "alter table \"agent\" add constraint \"agent_status_check\" check (\"status\" in ('active', 'paused', 'halted'));",
    );
    this.addSql(
      'create table "api_key" ("id" varchar(12) not null, "workspace_id" uuid not null, "verifier" varchar(64) not null, "pepper_id" varchar(32) not null, primary key ("id"));',
    );
    this.addSql('create index "api_key_workspace_id_index" on "api_key" ("workspace_id");');
    this.addSql(
      'create table "api_key_details" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "key_id" varchar(12) not null, "name" varchar(200) not null, "scopes" jsonb not null, "prefix" varchar(40) not null, "last_four" varchar(4) not null, "created_by" uuid not null, "expires_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql(
      'create index "api_key_details_workspace_id_index" on "api_key_details" ("workspace_id");',
    );
    this.addSql(
      'alter table "api_key_details" add constraint "api_key_details_key_id_unique" unique ("key_id");',
    );
    this.addSql(
      'alter table "api_key_details" add constraint "api_key_details_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'create table "approval" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "post_id" uuid not null, "content_hash" varchar(64) not null, "status" text not null, "expires_at" timestamptz(3) not null, "decided_by" varchar(80) null, "decided_at" timestamptz(3) null, "reason" text null, "offline_output_accepted" boolean not null default false, primary key ("id"));',
    );
    this.addSql('create index "approval_workspace_id_index" on "approval" ("workspace_id");');
    this.addSql('create index "approval_post_id_index" on "approval" ("post_id");');
    this.addSql(
      'alter table "approval" add constraint "approval_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      "alter table \"approval\" add constraint \"approval_status_check\" check (\"status\" in ('pending', 'approved', 'rejected', 'voided', 'expired'));",
    );
    this.addSql(
      'create table "asset" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "kind" text not null, "status" text not null, "content_type" varchar(100) not null, "bytes" int not null, "sha256" varchar(64) not null, "width" int null, "height" int null, "duration_seconds" double precision null, "blob_key" varchar(300) not null, "origin" text not null, "generation_id" uuid null, "offline_output" boolean not null default false, "name" varchar(300) null, primary key ("id"));',
    );
    this.addSql('create index "asset_workspace_id_index" on "asset" ("workspace_id");');
    this.addSql(
      'alter table "asset" add constraint "asset_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      "alter table \"asset\" add constraint \"asset_kind_check\" check (\"kind\" in ('image', 'video', 'audio'));",
    );
    this.addSql(
      "alter table \"asset\" add constraint \"asset_status_check\" check (\"status\" in ('processing', 'ready', 'failed'));",
    );
    this.addSql(
      'alter table "asset" add constraint "asset_origin_check" check ("origin" in (\'upload\', \'generation\'));',
    );
    this.addSql(
      'create table "audit_event" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "sequence" int not null, "actor" varchar(80) not null, "action" varchar(80) not null, "subject" varchar(120) null, "address" varchar(64) null, "detail" jsonb not null, "previous_hash" varchar(64) not null, "hash" varchar(64) not null, primary key ("id"));',
    );
    this.addSql('create index "audit_event_workspace_id_index" on "audit_event" ("workspace_id");');
    this.addSql(
      'alter table "audit_event" add constraint "audit_event_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "audit_event" add constraint "audit_event_workspace_id_sequence_unique" unique ("workspace_id", "sequence");',
    );
    this.addSql(
      'create table "channel" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "connection_id" uuid not null, "platform" varchar(40) not null, "remote_id" varchar(500) not null, "kind" varchar(40) not null, "name" varchar(300) not null, "handle" varchar(300) null, "url" varchar(2000) null, "avatar_url" varchar(2000) null, primary key ("id"));',
    );
    this.addSql('create index "channel_workspace_id_index" on "channel" ("workspace_id");');
    this.addSql('create index "channel_connection_id_index" on "channel" ("connection_id");');
    this.addSql(
      'alter table "channel" add constraint "channel_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "channel" add constraint "channel_connection_id_remote_id_unique" unique ("connection_id", "remote_id");',
    );
    this.addSql(
      'create table "connection" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "platform" varchar(40) not null, "status" text not null, "remote_account_id" varchar(500) null, "name" varchar(300) null, "handle" varchar(300) null, "account_data" jsonb null, "scopes" jsonb null, "sealed_secrets" text null, "wrapped_key" text null, "secrets_version" int not null default 0, "expires_at" timestamptz(3) null, "refresh_expires_at" timestamptz(3) null, "begun_by_session" uuid null, "begun_by_key" varchar(12) null, "problem" text null, "disconnected_at" timestamptz(3) null, "authorized_at" timestamptz(3) null, "refresh_asked_at" timestamptz(3) null, "version" int not null default 1, "updated_at" timestamptz(3) not null, primary key ("id"));',
    );
    this.addSql('create index "connection_workspace_id_index" on "connection" ("workspace_id");');
    this.addSql(
      'alter table "connection" add constraint "connection_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      "alter table \"connection\" add constraint \"connection_status_check\" check (\"status\" in ('pending', 'active', 'expiring', 'expired', 'revoked', 'invalid', 'needs_reauthorization'));",
    );
    this.addSql(
      'create table "credit_entry" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "kind" text not null, "amount" int not null, "subject" varchar(80) not null, "agent_id" uuid null, "model" varchar(160) null, primary key ("id"));',
    );
    this.addSql(
      'create index "credit_entry_workspace_id_index" on "credit_entry" ("workspace_id");',
    );
    this.addSql(
      'create index "credit_entry_agent_id_created_at_index" on "credit_entry" ("agent_id", "created_at");',
    );
    this.addSql(
      'alter table "credit_entry" add constraint "credit_entry_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "credit_entry" add constraint "credit_entry_subject_kind_unique" unique ("subject", "kind");',
    );
    this.addSql(
      "alter table \"credit_entry\" add constraint \"credit_entry_kind_check\" check (\"kind\" in ('reserve', 'settle', 'refund', 'grant'));",
    );
    this.addSql(
      'create table "delivery" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "target_id" uuid not null, "part" int not null default 0, "status" text not null, "marker" varchar(200) not null, "created" jsonb null, "content_hash" varchar(64) not null, "post_version" int not null, "claimed_at" timestamptz(3) not null, "sending_at" timestamptz(3) null, "remote_id" varchar(500) null, "remote_url" varchar(2000) null, primary key ("id"));',
    );
    this.addSql('create index "delivery_workspace_id_index" on "delivery" ("workspace_id");');
    this.addSql(
      'alter table "delivery" add constraint "delivery_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "delivery" add constraint "delivery_target_id_part_unique" unique ("target_id", "part");',
    );
    this.addSql(
      "alter table \"delivery\" add constraint \"delivery_status_check\" check (\"status\" in ('claimed', 'sending', 'published', 'rejected', 'unknown'));",
    );
    this.addSql(
      'create table "delivery_attempt" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "delivery_id" uuid not null, "number" int not null, "step" text not null, "started_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, "outcome" varchar(40) null, "code" varchar(80) null, "detail" text null, "platform_message" text null, "http_status" int null, "decided_by" varchar(80) null, primary key ("id"));',
    );
    this.addSql(
      'create index "delivery_attempt_workspace_id_index" on "delivery_attempt" ("workspace_id");',
    );
    this.addSql(
      'create index "delivery_attempt_delivery_id_index" on "delivery_attempt" ("delivery_id");',
    );
    this.addSql(
      'alter table "delivery_attempt" add constraint "delivery_attempt_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "delivery_attempt" add constraint "delivery_attempt_delivery_id_number_unique" unique ("delivery_id", "number");',
    );
    this.addSql(
      "alter table \"delivery_attempt\" add constraint \"delivery_attempt_step_check\" check (\"step\" in ('create', 'publish', 'reconcile'));",
    );
    this.addSql(
      'create table "event" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "sequence" bigserial, "type" varchar(80) not null, "subject_kind" varchar(40) not null, "subject_id" uuid not null, "data" jsonb not null, primary key ("id"));',
    );
    this.addSql('create index "event_workspace_id_index" on "event" ("workspace_id");');
    this.addSql('alter table "event" add constraint "event_sequence_unique" unique ("sequence");');
    this.addSql('create index "event_subject_id_index" on "event" ("subject_id");');
    this.addSql(
      'alter table "event" add constraint "event_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'create table "generation" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "kind" text not null, "status" text not null, "provider" varchar(40) not null, "model" varchar(120) not null, "prompt" text not null, "settings" jsonb not null, "inputs" jsonb not null, "progress" double precision not null default 0, "outputs" jsonb not null, "credits" int not null default 0, "error" jsonb null, "sent" jsonb null, "run_id" uuid null, "created_by" varchar(80) not null, "started_at" timestamptz(3) null, "finished_at" timestamptz(3) null, "version" int not null default 1, primary key ("id"));',
    );
    this.addSql('create index "generation_workspace_id_index" on "generation" ("workspace_id");');
    this.addSql(
      'alter table "generation" add constraint "generation_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      "alter table \"generation\" add constraint \"generation_kind_check\" check (\"kind\" in ('text', 'image', 'audio', 'video'));",
    );
    this.addSql(
      "alter table \"generation\" add constraint \"generation_status_check\" check (\"status\" in ('queued', 'running', 'succeeded', 'failed', 'cancelling', 'cancelled', 'expired'));",
    );
    this.addSql(
      'create table "idempotency_record" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "key" varchar(255) not null, "route" varchar(200) not null, "caller" varchar(80) not null, "request_hash" varchar(64) not null, "response_status" int null, "response_body" jsonb null, primary key ("id"));',
    );
    this.addSql(
      'create index "idempotency_record_workspace_id_index" on "idempotency_record" ("workspace_id");',
    );
    this.addSql(
      'alter table "idempotency_record" add constraint "idempotency_record_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "idempotency_record" add constraint "idempotency_record_workspace_id_route_caller_key_unique" unique ("workspace_id", "route", "caller", "key");',
    );
    this.addSql(
      'create table "member" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "role" text not null, primary key ("id"));',
    );
    this.addSql('create index "member_workspace_id_index" on "member" ("workspace_id");');
    this.addSql('create index "member_user_id_index" on "member" ("user_id");');
    this.addSql(
      'alter table "member" add constraint "member_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "member" add constraint "member_workspace_id_user_id_unique" unique ("workspace_id", "user_id");',
    );
    this.addSql(
      "alter table \"member\" add constraint \"member_role_check\" check (\"role\" in ('owner', 'admin', 'editor', 'approver', 'viewer'));",
    );
    this.addSql(
      'create table "metric_snapshot" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "post_id" uuid not null, "target_id" uuid not null, "slot" varchar(10) not null, "taken_at" timestamptz(3) not null, "metrics" jsonb not null, primary key ("id"));',
    );
    this.addSql(
      'create index "metric_snapshot_workspace_id_index" on "metric_snapshot" ("workspace_id");',
    );
    this.addSql('create index "metric_snapshot_post_id_index" on "metric_snapshot" ("post_id");');
    this.addSql(
      'alter table "metric_snapshot" add constraint "metric_snapshot_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "metric_snapshot" add constraint "metric_snapshot_target_id_slot_unique" unique ("target_id", "slot");',
    );
    this.addSql(
      'create table "oauth_state" ("state_hash" varchar(64) not null, "workspace_id" uuid not null, "platform" varchar(40) not null, "connection_id" uuid not null, "session_id" uuid null, "api_key_id" varchar(12) null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "used_at" timestamptz(3) null, primary key ("state_hash"));',
    );
    this.addSql('create index "oauth_state_workspace_id_index" on "oauth_state" ("workspace_id");');
    this.addSql(
      'create table "outbox" ("id" uuid not null, "workspace_id" uuid not null, "action" text not null, "workflow_type" varchar(80) not null, "workflow_id" varchar(300) not null, "input" jsonb not null, "created_at" timestamptz(3) not null, "attempts" int not null default 0, primary key ("id"));',
    );
    this.addSql('create index "outbox_workspace_id_index" on "outbox" ("workspace_id");');
    this.addSql('create index "outbox_created_at_index" on "outbox" ("created_at");');
    this.addSql(
      "alter table \"outbox\" add constraint \"outbox_action_check\" check (\"action\" in ('start', 'signal', 'cancel', 'schedule', 'unschedule'));",
    );
    this.addSql(
      'create table "post" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "status" text not null, "version" int not null default 1, "content" jsonb not null, "assets" jsonb not null, "schedule_mode" text not null, "due_at" timestamptz(3) not null, "local_at" varchar(40) null, "time_zone" varchar(80) null, "approval" text not null, "content_hash" varchar(64) null, "agent_id" uuid null, "run_id" uuid null, "created_by" varchar(80) not null, "offline_output" boolean not null default false, "error" jsonb null, "published_at" timestamptz(3) null, "cancelled_at" timestamptz(3) null, "updated_at" timestamptz(3) not null, primary key ("id"));',
    );
    this.addSql('create index "post_workspace_id_index" on "post" ("workspace_id");');
    this.addSql(
      'create index "post_workspace_id_status_due_at_index" on "post" ("workspace_id", "status", "due_at");',
    );
    this.addSql(
      'alter table "post" add constraint "post_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      "alter table \"post\" add constraint \"post_status_check\" check (\"status\" in ('awaiting_approval', 'scheduled', 'preparing', 'publishing', 'published', 'partially_published', 'failed', 'unconfirmed', 'blocked', 'rejected', 'cancelled', 'expired'));",
    );
    this.addSql(
      'alter table "post" add constraint "post_schedule_mode_check" check ("schedule_mode" in (\'now\', \'at\'));',
    );
    this.addSql(
      'alter table "post" add constraint "post_approval_check" check ("approval" in (\'none\', \'required\'));',
    );
    this.addSql(
      'create table "rendition" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "asset_id" uuid not null, "recipe" varchar(300) not null, "kind" text not null, "content_type" varchar(100) not null, "bytes" int not null, "sha256" varchar(64) not null, "width" int not null, "height" int not null, "duration_seconds" double precision null, "blob_key" varchar(300) not null, primary key ("id"));',
    );
    this.addSql('create index "rendition_workspace_id_index" on "rendition" ("workspace_id");');
    this.addSql('create index "rendition_asset_id_index" on "rendition" ("asset_id");');
    this.addSql(
      'alter table "rendition" add constraint "rendition_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "rendition" add constraint "rendition_asset_id_recipe_unique" unique ("asset_id", "recipe");',
    );
    this.addSql(
      'alter table "rendition" add constraint "rendition_kind_check" check ("kind" in (\'image\', \'video\'));',
    );
    this.addSql(
      'create table "run" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "agent_id" uuid not null, "trigger" text not null, "woken_for" timestamptz(3) null, "workflow_id" varchar(300) not null, "status" text not null, "post_id" uuid null, "summary" text null, "error" jsonb null, "started_at" timestamptz(3) null, "finished_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql('create index "run_workspace_id_index" on "run" ("workspace_id");');
    this.addSql('create index "run_agent_id_index" on "run" ("agent_id");');
    this.addSql(
      'alter table "run" add constraint "run_workflow_id_unique" unique ("workflow_id");',
    );
    this.addSql(
      'alter table "run" add constraint "run_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "run" add constraint "run_agent_id_woken_for_unique" unique ("agent_id", "woken_for");',
    );
    this.addSql(
      'alter table "run" add constraint "run_trigger_check" check ("trigger" in (\'manual\', \'schedule\'));',
    );
    this.addSql(
      "alter table \"run\" add constraint \"run_status_check\" check (\"status\" in ('queued', 'running', 'awaiting_approval', 'paused', 'succeeded', 'failed', 'cancelled', 'skipped'));",
    );
    this.addSql(
      'create table "session" ("id" uuid not null, "token_hash" varchar(64) not null, "user_id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "last_seen_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "authenticated_at" timestamptz(3) not null, "revoked_at" timestamptz(3) null, "user_agent" varchar(400) null, "address" varchar(64) null, primary key ("id"));',
    );
    this.addSql(
      'alter table "session" add constraint "session_token_hash_unique" unique ("token_hash");',
    );
    this.addSql('create index "session_user_id_index" on "session" ("user_id");');
    this.addSql('create index "session_workspace_id_index" on "session" ("workspace_id");');
    this.addSql(
      'create table "step" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "run_id" uuid not null, "key" varchar(80) not null, "position" int not null, "kind" text not null, "name" varchar(120) not null, "status" text not null, "input" jsonb null, "output" jsonb null, "transcript" jsonb null, "model" varchar(160) null, "sent" jsonb null, "credits" int not null default 0, "error" jsonb null, "started_at" timestamptz(3) null, "finished_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql('create index "step_workspace_id_index" on "step" ("workspace_id");');
    this.addSql(
      'alter table "step" add constraint "step_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "step" add constraint "step_run_id_key_unique" unique ("run_id", "key");',
    );
    this.addSql(
      "alter table \"step\" add constraint \"step_kind_check\" check (\"kind\" in ('gather', 'model', 'tool', 'check', 'generation', 'post'));",
    );
    this.addSql(
      "alter table \"step\" add constraint \"step_status_check\" check (\"status\" in ('pending', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'));",
    );
    this.addSql(
      'create table "target" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "post_id" uuid not null, "position" int not null, "channel_id" uuid not null, "platform" varchar(40) not null, "channel_name" varchar(300) not null, "status" text not null, "overrides" jsonb not null, "settings" jsonb not null, "renditions" jsonb null, "remote_id" varchar(500) null, "remote_url" varchar(2000) null, "error" jsonb null, "published_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql('create index "target_workspace_id_index" on "target" ("workspace_id");');
    this.addSql('create index "target_post_id_index" on "target" ("post_id");');
    this.addSql('create index "target_channel_id_index" on "target" ("channel_id");');
    this.addSql(
      'alter table "target" add constraint "target_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "target" add constraint "target_post_id_channel_id_unique" unique ("post_id", "channel_id");',
    );
    this.addSql(
      "alter table \"target\" add constraint \"target_status_check\" check (\"status\" in ('pending', 'preparing', 'publishing', 'published', 'failed', 'unconfirmed', 'blocked', 'cancelled', 'expired'));",
    );
    this.addSql(
      'create table "throttle" ("key" varchar(64) not null, "points" int not null, "reset_at" timestamptz(3) not null, primary key ("key"));',
    );
    this.addSql(
      'create table "user" ("id" uuid not null, "email" varchar(320) not null, "name" varchar(200) not null, "password_hash" text not null, "operator" boolean not null default false, "seeded" boolean not null default false, "created_at" timestamptz(3) not null, "last_login_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql('alter table "user" add constraint "user_email_unique" unique ("email");');
    this.addSql(
      'create table "workspace" ("id" uuid not null, "status" text not null default \'active\', primary key ("id"));',
    );
    this.addSql(
      'alter table "workspace" add constraint "workspace_status_check" check ("status" in (\'active\', \'halted\'));',
    );
    this.addSql(
      'create table "workspace_details" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "name" varchar(200) not null, "credits" int not null default 0, primary key ("id"));',
    );
    this.addSql(
      'create index "workspace_details_workspace_id_index" on "workspace_details" ("workspace_id");',
    );
    this.addSql(
      'alter table "workspace_details" add constraint "workspace_details_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "workspace_details" add constraint "workspace_details_credits_not_negative" check (credits >= 0);',
    );
    this.addSql('alter table "agent" enable row level security;');
    this.addSql('alter table "agent" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"agent\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "api_key_details" enable row level security;');
    this.addSql('alter table "api_key_details" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"api_key_details\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "approval" enable row level security;');
    this.addSql('alter table "approval" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"approval\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "asset" enable row level security;');
    this.addSql('alter table "asset" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"asset\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "audit_event" enable row level security;');
    this.addSql('alter table "audit_event" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"audit_event\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "channel" enable row level security;');
    this.addSql('alter table "channel" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"channel\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "connection" enable row level security;');
    this.addSql('alter table "connection" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"connection\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "credit_entry" enable row level security;');
    this.addSql('alter table "credit_entry" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"credit_entry\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "delivery" enable row level security;');
    this.addSql('alter table "delivery" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"delivery\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "delivery_attempt" enable row level security;');
    this.addSql('alter table "delivery_attempt" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"delivery_attempt\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "event" enable row level security;');
    this.addSql('alter table "event" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"event\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "generation" enable row level security;');
    this.addSql('alter table "generation" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"generation\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "idempotency_record" enable row level security;');
    this.addSql('alter table "idempotency_record" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"idempotency_record\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "member" enable row level security;');
    this.addSql('alter table "member" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"member\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql(
      "create policy \"own\" on \"member\" for select using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);",
    );
    this.addSql('alter table "metric_snapshot" enable row level security;');
    this.addSql('alter table "metric_snapshot" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"metric_snapshot\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "post" enable row level security;');
    this.addSql('alter table "post" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"post\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "rendition" enable row level security;');
    this.addSql('alter table "rendition" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"rendition\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "run" enable row level security;');
    this.addSql('alter table "run" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"run\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "step" enable row level security;');
    this.addSql('alter table "step" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"step\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "target" enable row level security;');
    this.addSql('alter table "target" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"target\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "workspace_details" enable row level security;');
    this.addSql('alter table "workspace_details" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"workspace_details\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    for (const key of foreignKeys) this.addSql(addForeignKey(key));
  }

  override down(): void {
    for (const table of tables) this.addSql(`drop table if exists "${table}" cascade;`);
  }
}

const foreignKeys: ForeignKey[] = [
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
  { table: "generation", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "post", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "target", column: "workspace_id", references: "workspace", onDelete: "cascade" },
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
  { table: "audit_event", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "event", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "session", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "api_key", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "oauth_state", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "outbox", column: "workspace_id", references: "workspace", onDelete: "cascade" },
  { table: "session", column: "user_id", references: "user", onDelete: "cascade" },
  { table: "member", column: "user_id", references: "user", onDelete: "cascade" },
  { table: "api_key_details", column: "key_id", references: "api_key", onDelete: "cascade" },
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

const tables = [
  "workspace_details",
  "workspace",
  "user",
  "throttle",
  "target",
  "step",
  "session",
  "run",
  "rendition",
  "post",
  "outbox",
  "oauth_state",
  "metric_snapshot",
  "member",
  "idempotency_record",
  "generation",
  "event",
  "delivery_attempt",
  "delivery",
  "credit_entry",
  "connection",
  "channel",
  "audit_event",
  "asset",
  "approval",
  "api_key_details",
  "api_key",
  "agent",
];
