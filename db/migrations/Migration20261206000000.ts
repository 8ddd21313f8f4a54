import { Migration } from "@mikro-orm/migrations";
import { addForeignKey, foreignKeys } from "../foreign-keys.ts";

const isOurs = "(workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)";
const classes = "('library', 'upload', 'input', 'output')";

/** What files are there for, until when they are kept, and what was removed when its time was over. */
export class Migration20261206000000 extends Migration {
  override up(): void {
    // Nobody was told that what is there by now would go: it stays. By the default, since no policy shows the rows here.
    this.addSql(
      'alter table "asset" add "class" text not null default \'library\', add "needed_at" timestamptz(3) not null default now(), add "expires_at" timestamptz(3) null;',
    );
    this.addSql('alter table "asset" alter "class" set default \'upload\';');
    this.addSql(
      `alter table "asset" add constraint "asset_class_check" check ("class" in ${classes});`,
    );
    this.addSql(
      'create index "asset_workspace_id_expires_at_index" on "asset" ("workspace_id", "expires_at");',
    );
    this.addSql(
      'alter table "rendition" add "needed_at" timestamptz(3) not null default now(), add "expires_at" timestamptz(3) null;',
    );
    this.addSql(
      'create index "rendition_workspace_id_expires_at_index" on "rendition" ("workspace_id", "expires_at");',
    );
    this.addSql('alter table "generation" add "texts_removed_at" timestamptz(3) null;');
    this.addSql('alter table "upload" add "class" text not null default \'upload\';');
    this.addSql(
      `alter table "upload" add constraint "upload_class_check" check ("class" in ${classes});`,
    );
    this.addSql(
      'create table "expired_object" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "kind" text not null, "rule" varchar(40) not null, "asset_id" uuid null, "bytes" bigint not null, "blob_key" varchar(300) null, "removed_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql(
      'create index "expired_object_pending" on "expired_object" ("workspace_id") where removed_at is null;',
    );
    this.addSql(
      "alter table \"expired_object\" add constraint \"expired_object_kind_check\" check (\"kind\" in ('asset', 'rendition', 'generation'));",
    );
    this.addSql(
      'create table "retention_tally" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "rule" varchar(40) not null, "removed" bigint not null, "bytes" bigint not null, "last_at" timestamptz(3) not null, primary key ("id"));',
    );
    this.addSql(
      'alter table "retention_tally" add constraint "retention_tally_workspace_id_rule_unique" unique ("workspace_id", "rule");',
    );
    for (const table of ["expired_object", "retention_tally"]) {
      this.addSql(`create index "${table}_workspace_id_index" on "${table}" ("workspace_id");`);
      this.addSql(
        `alter table "${table}" add constraint "${table}_workspace_id_id_unique" unique ("workspace_id", "id");`,
      );
      this.addSql(`alter table "${table}" enable row level security;`);
      this.addSql(`alter table "${table}" force row level security;`);
      this.addSql(`create policy "tenant" on "${table}" using ${isOurs} with check ${isOurs};`);
      for (const key of foreignKeys) if (key.table === table) this.addSql(addForeignKey(key));
    }
  }

  override down(): void {
    this.addSql('drop table "retention_tally";');
    this.addSql('drop table "expired_object";');
    this.addSql('alter table "upload" drop column "class";');
    this.addSql('alter table "generation" drop column "texts_removed_at";');
    this.addSql('alter table "rendition" drop column "needed_at", drop column "expires_at";');
    this.addSql(
      'alter table "asset" drop column "class", drop column "needed_at", drop column "expires_at";',
    );
  }
}
