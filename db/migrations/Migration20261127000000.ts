import { Migration } from "@mikro-orm/migrations";
import { addForeignKey } from "../foreign-keys.ts";

/** Notifications: what members are told of, and how. */
export class Migration20261127000000 extends Migration {
  override up(): void {
    this.addSql(
      'create table "notification" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "kind" varchar(40) not null, "cause" varchar(200) not null, "event_type" varchar(80) not null, "subject_kind" varchar(40) not null, "subject_id" uuid not null, "subject_name" varchar(300) null, "in_console" boolean not null, "seen_at" timestamptz(3) null, "email" text not null default \'none\', "chat" text not null default \'none\', primary key ("id"));',
    );
    this.addSql(
      'create table "notification_settings" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "user_id" uuid not null, "choices" jsonb not null, "sealed_chat_url" text null, "wrapped_key" text null, "chat_version" int not null default 0, "chat_host" varchar(300) null, "email_error" jsonb null, "chat_error" jsonb null, "updated_at" timestamptz(3) not null, primary key ("id"));',
    );
    this.addSql(
      'create index "notification_workspace_id_index" on "notification" ("workspace_id");',
    );
    this.addSql(
      'create index "notification_workspace_id_user_id_created_at_index" on "notification" ("workspace_id", "user_id", "created_at");',
    );
    this.addSql(
      'create index "notification_waiting" on "notification" ("workspace_id", "user_id") where email = \'waiting\' or chat = \'waiting\';',
    );
    this.addSql(
      'alter table "notification" add constraint "notification_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "notification" add constraint "notification_workspace_id_user_id_kind_cause_unique" unique ("workspace_id", "user_id", "kind", "cause");',
    );
    this.addSql(
      "alter table \"notification\" add constraint \"notification_email_check\" check (\"email\" in ('none', 'waiting', 'sent', 'failed', 'not_needed'));",
    );
    this.addSql(
      "alter table \"notification\" add constraint \"notification_chat_check\" check (\"chat\" in ('none', 'waiting', 'sent', 'failed', 'not_needed'));",
    );
    this.addSql(
      'create index "notification_settings_workspace_id_index" on "notification_settings" ("workspace_id");',
    );
    this.addSql(
      'alter table "notification_settings" add constraint "notification_settings_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "notification_settings" add constraint "notification_settings_workspace_id_user_id_unique" unique ("workspace_id", "user_id");',
    );
    this.addSql('alter table "notification" enable row level security;');
    this.addSql('alter table "notification" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"notification\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql('alter table "notification_settings" enable row level security;');
    this.addSql('alter table "notification_settings" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"notification_settings\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql(
      addForeignKey({
        table: "notification",
        column: "workspace_id",
        references: "workspace",
        onDelete: "cascade",
      }),
    );
    this.addSql(
      addForeignKey({
        table: "notification_settings",
        column: "workspace_id",
        references: "workspace",
        onDelete: "cascade",
      }),
    );
    this.addSql(
      addForeignKey({
        table: "notification",
        column: "user_id",
        references: "user",
        onDelete: "cascade",
      }),
    );
    this.addSql(
      addForeignKey({
        table: "notification_settings",
        column: "user_id",
        references: "user",
        onDelete: "cascade",
      }),
    );
  }

  override down(): void {
    this.addSql('drop table "notification" cascade;');
    this.addSql('drop table "notification_settings" cascade;');
  }
}
