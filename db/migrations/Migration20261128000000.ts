import { Migration } from "@mikro-orm/migrations";
import { addForeignKey, foreignKeys } from "../foreign-keys.ts";

/** Time: series and the posts that they make, queues and who holds which slot, how late a post may go out. */
export class Migration20261128000000 extends Migration {
  override up(): void {
    this.addSql(
      'create table "series" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "template" jsonb not null, "approval" text not null, "rrule" varchar(500) not null, "start" varchar(40) not null, "time_zone" varchar(80) not null, "catch_up" int not null default 1, "status" text not null, "reason" jsonb null, "created_by" varchar(80) not null, "written_by" jsonb not null, "offline_output" boolean not null default false, "not_before" timestamptz(3) not null, "made_through" varchar(40) null, "next_at" timestamptz(3) null, "version" int not null default 1, "updated_at" timestamptz(3) not null, primary key ("id"));',
    );
    this.addSql('create index "series_workspace_id_index" on "series" ("workspace_id");');
    this.addSql(
      'alter table "series" add constraint "series_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "series" add constraint "series_approval_check" check ("approval" in (\'none\', \'required\'));',
    );
    this.addSql(
      "alter table \"series\" add constraint \"series_status_check\" check (\"status\" in ('active', 'paused', 'ended'));",
    );
    this.addSql(
      'create table "queue" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "channel_id" uuid not null, "time_zone" varchar(80) not null, "slots" jsonb not null, "paused" boolean not null default false, "updated_at" timestamptz(3) not null, primary key ("id"));',
    );
    this.addSql('create index "queue_workspace_id_index" on "queue" ("workspace_id");');
    this.addSql(
      'alter table "queue" add constraint "queue_channel_id_unique" unique ("channel_id");',
    );
    this.addSql(
      'alter table "queue" add constraint "queue_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'create table "queue_claim" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "channel_id" uuid not null, "slot_at" timestamptz(3) not null, "post_id" uuid not null, primary key ("id"));',
    );
    this.addSql('create index "queue_claim_workspace_id_index" on "queue_claim" ("workspace_id");');
    this.addSql('create index "queue_claim_post_id_index" on "queue_claim" ("post_id");');
    this.addSql(
      'alter table "queue_claim" add constraint "queue_claim_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "queue_claim" add constraint "queue_claim_channel_id_slot_at_unique" unique ("channel_id", "slot_at");',
    );
    this.addSql('alter table "series" enable row level security;');
    this.addSql('alter table "series" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"series\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "queue" enable row level security;');
    this.addSql('alter table "queue" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"queue\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "queue_claim" enable row level security;');
    this.addSql('alter table "queue_claim" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"queue_claim\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql(
      'alter table "post" add "zone_data" varchar(20) null, add "series_id" uuid null, add "occurrence_at" timestamptz(3) null, add "touched_at" timestamptz(3) null;',
    );
    this.addSql(
      'alter table "post" add constraint "post_series_id_occurrence_at_unique" unique ("series_id", "occurrence_at");',
    );
    this.addSql('alter table "post" drop constraint "post_schedule_mode_check";');
    this.addSql(
      "alter table \"post\" add constraint \"post_schedule_mode_check\" check (\"schedule_mode\" in ('now', 'at', 'queue'));",
    );
    this.addSql(
      'alter table "workspace_details" add "latest_after_due_minutes" int not null default 360;',
    );
    this.addSql(
      'alter table "workspace_details" add constraint "workspace_details_latest_after_due" check (latest_after_due_minutes >= 5 and latest_after_due_minutes <= 10080);',
    );
    this.addSql(
      'create index "target_workspace_id_published_at_index" on "target" ("workspace_id", "published_at");',
    );
    this.addSql('create index "outbox_workflow_id_index" on "outbox" ("workflow_id");');
    const added = ["series", "queue", "queue_claim"];
    for (const key of foreignKeys) {
      if (added.includes(key.table) || (key.table === "post" && key.column === "series_id"))
        this.addSql(addForeignKey(key));
    }
  }

  override down(): void {
    this.addSql('drop index "outbox_workflow_id_index";');
    this.addSql('drop index "target_workspace_id_published_at_index";');
    this.addSql('alter table "workspace_details" drop column "latest_after_due_minutes";');
    this.addSql('alter table "post" drop constraint "post_schedule_mode_check";');
    // An update would find no row: row-level security is forced on the tables' owner too.
    this.addSql(
      'alter table "post" alter "schedule_mode" type text using case "schedule_mode" when \'queue\' then \'at\' else "schedule_mode" end;',
    );
    this.addSql(
      'alter table "post" add constraint "post_schedule_mode_check" check ("schedule_mode" in (\'now\', \'at\'));',
    );
    this.addSql(
      'alter table "post" drop column "zone_data", drop column "series_id", drop column "occurrence_at", drop column "touched_at";',
    );
    this.addSql('drop table "queue_claim" cascade;');
    this.addSql('drop table "queue" cascade;');
    this.addSql('drop table "series" cascade;');
  }
}
