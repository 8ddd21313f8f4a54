import { Migration } from "@mikro-orm/migrations";
import { addForeignKey } from "../foreign-keys.ts";

/** Webhooks: endpoints, and what was sent to them. */
export class Migration20261126000000 extends Migration {
  override up(): void {
    this.addSql(
      'create table "webhook_delivery" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "sequence" bigserial, "endpoint_id" uuid not null, "event_id" uuid not null, "type" varchar(80) not null, "subject_kind" varchar(40) not null, "subject_id" uuid not null, "occurred_at" timestamptz(3) not null, "data" jsonb not null, "body" text null, "status" text not null default \'pending\', "round" int not null default 0, "tries" int not null default 0, "attempts" jsonb not null default \'[]\', "next_attempt_at" timestamptz(3) null, "finished_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql(
      'create table "webhook_endpoint" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "url" varchar(2000) not null, "description" varchar(200) null, "event_types" jsonb not null, "status" text not null, "problem" text null, "sealed_secret" text not null, "wrapped_key" text not null, "secret_version" int not null default 1, "previous_sealed_secret" text null, "previous_wrapped_key" text null, "previous_secret_until" timestamptz(3) null, "failing_since" timestamptz(3) null, "created_by" varchar(80) not null, "version" int not null default 1, "updated_at" timestamptz(3) not null, primary key ("id"));',
    );
    this.addSql(
      'create index "webhook_delivery_workspace_id_index" on "webhook_delivery" ("workspace_id");',
    );
    this.addSql(
      'alter table "webhook_delivery" add constraint "webhook_delivery_sequence_unique" unique ("sequence");',
    );
    this.addSql(
      'create index "webhook_delivery_endpoint_id_sequence_index" on "webhook_delivery" ("endpoint_id", "sequence");',
    );
    this.addSql(
      'create index "webhook_delivery_workspace_id_created_at_index" on "webhook_delivery" ("workspace_id", "created_at");',
    );
    this.addSql(
      'create index "webhook_delivery_pending" on "webhook_delivery" ("workspace_id", "created_at") where status = \'pending\';',
    );
    this.addSql(
      'alter table "webhook_delivery" add constraint "webhook_delivery_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "webhook_delivery" add constraint "webhook_delivery_endpoint_id_event_id_unique" unique ("endpoint_id", "event_id");',
    );
    this.addSql(
      "alter table \"webhook_delivery\" add constraint \"webhook_delivery_status_check\" check (\"status\" in ('pending', 'delivered', 'failed', 'disabled'));",
    );
    this.addSql(
      'create index "webhook_endpoint_workspace_id_index" on "webhook_endpoint" ("workspace_id");',
    );
    this.addSql(
      'alter table "webhook_endpoint" add constraint "webhook_endpoint_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "webhook_endpoint" add constraint "webhook_endpoint_status_check" check ("status" in (\'active\', \'disabled\'));',
    );
    this.addSql('alter table "webhook_delivery" enable row level security;');
    this.addSql('alter table "webhook_delivery" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"webhook_delivery\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "webhook_endpoint" enable row level security;');
    this.addSql('alter table "webhook_endpoint" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"webhook_endpoint\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql(
      addForeignKey({
        table: "webhook_endpoint",
        column: "workspace_id",
        references: "workspace",
        onDelete: "cascade",
      }),
    );
    this.addSql(
      addForeignKey({
        table: "webhook_delivery",
        column: "workspace_id",
        references: "workspace",
        onDelete: "cascade",
      }),
    );
    this.addSql(
      addForeignKey({
        table: "webhook_delivery",
        column: "endpoint_id",
        references: "webhook_endpoint",
        onDelete: "cascade",
        withWorkspace: true,
      }),
    );
  }

  override down(): void {
    this.addSql('drop table "webhook_delivery" cascade;');
    this.addSql('drop table "webhook_endpoint" cascade;');
  }
}
