import { Migration } from "@mikro-orm/migrations";
import { addForeignKey, foreignKeys } from "../foreign-keys.ts";

/** Keys of AI providers per workspace, and which providers and models a workspace takes. */
export class Migration20261204000000 extends Migration {
  override up(): void {
    this.addSql(
      'alter table "workspace_details" add "allowed_providers" jsonb null, add "default_models" jsonb null;',
    );
    this.addSql(
      'create table "provider_credentials" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "provider" varchar(40) not null, "status" text not null, "sealed_secrets" text null, "wrapped_key" text null, "host" varchar(300) null, "models" jsonb not null, "problem" jsonb null, "checked_at" timestamptz(3) null, "created_by" varchar(80) not null, "address" varchar(64) null, primary key ("id"));',
    );
    this.addSql(
      'create index "provider_credentials_workspace_id_index" on "provider_credentials" ("workspace_id");',
    );
    this.addSql(
      'alter table "provider_credentials" add constraint "provider_credentials_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "provider_credentials" add constraint "provider_credentials_workspace_id_provider_status_unique" unique ("workspace_id", "provider", "status");',
    );
    this.addSql(
      "alter table \"provider_credentials\" add constraint \"provider_credentials_status_check\" check (\"status\" in ('checking', 'ok', 'failed'));",
    );
    this.addSql('alter table "provider_credentials" enable row level security;');
    this.addSql('alter table "provider_credentials" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"provider_credentials\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    for (const key of foreignKeys)
      if (key.table === "provider_credentials") this.addSql(addForeignKey(key));
  }

  override down(): void {
    this.addSql('drop table "provider_credentials";');
    this.addSql(
      'alter table "workspace_details" drop column "allowed_providers", drop column "default_models";',
    );
  }
}
