import { Migration } from "@mikro-orm/migrations";
import { addForeignKey, foreignKeys } from "../foreign-keys.ts";

/** What each account has used of what its platform allows, and until when the platform asked it to wait. */
export class Migration20261125000000 extends Migration {
  override up(): void {
    this.addSql(
      'create table "rate_use" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "connection_id" uuid not null, "uses" jsonb not null, "paused_until" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql('create index "rate_use_workspace_id_index" on "rate_use" ("workspace_id");');
    this.addSql(
      'alter table "rate_use" add constraint "rate_use_connection_id_unique" unique ("connection_id");',
    );
    this.addSql(
      'alter table "rate_use" add constraint "rate_use_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql('alter table "rate_use" enable row level security;');
    this.addSql('alter table "rate_use" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"rate_use\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    for (const key of foreignKeys.filter(({ table }) => table === "rate_use"))
      this.addSql(addForeignKey(key));
  }

  override down(): void {
    this.addSql('drop table "rate_use" cascade;');
  }
}
