import { Migration } from "@mikro-orm/migrations";
import { addForeignKey, foreignKeys } from "../foreign-keys.ts";

/** Files that come piece by piece, and files of more than two gigabytes. */
export class Migration20261202000000 extends Migration {
  override up(): void {
    this.addSql('alter table "asset" alter column "bytes" type bigint;');
    this.addSql('alter table "rendition" alter column "bytes" type bigint;');
    this.addSql(
      `create table "upload" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "status" text not null default 'receiving', "bytes" bigint not null, "sha256" varchar(64) null, "name" varchar(300) null, "metadata" text null, "source_url" text null, "created_by" varchar(80) not null, "address" varchar(64) null, "expires_at" timestamptz(3) not null, "received_at" timestamptz(3) null, "asset_id" uuid null, "problem" jsonb null, "lock_token" uuid null, "locked_until" timestamptz(3) null, "lock_wanted" boolean not null default false, primary key ("id"));`,
    );
    this.addSql('create index "upload_workspace_id_index" on "upload" ("workspace_id");');
    this.addSql(
      'create index "upload_workspace_id_created_at_index" on "upload" ("workspace_id", "created_at");',
    );
    this.addSql(
      "create index \"upload_open\" on \"upload\" (\"workspace_id\") where status in ('receiving', 'fetching', 'checking');",
    );
    this.addSql(
      'alter table "upload" add constraint "upload_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      "alter table \"upload\" add constraint \"upload_status_check\" check (\"status\" in ('receiving', 'fetching', 'checking', 'ready', 'failed'));",
    );
    this.addSql('alter table "upload" enable row level security;');
    this.addSql('alter table "upload" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"upload\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    for (const key of foreignKeys) if (key.table === "upload") this.addSql(addForeignKey(key));
  }

  override down(): void {
    this.addSql('drop table "upload";');
    this.addSql('alter table "rendition" alter column "bytes" type int;');
    this.addSql('alter table "asset" alter column "bytes" type int;');
  }
}
