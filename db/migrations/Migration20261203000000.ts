import { Migration } from "@mikro-orm/migrations";
import { addForeignKey, foreignKeys } from "../foreign-keys.ts";

/** What a generation is asked to do, how often, and from what; the ledger of what providers were asked. */
export class Migration20261203000000 extends Migration {
  override up(): void {
    this.addSql(
      'alter table "generation" add "task" varchar(40) not null default \'write\', add "count" int not null default 1, add "parent_id" uuid null;',
    );
    // An update would find no row: row-level security is forced on the tables' owner too.
    this.addSql(
      "alter table \"generation\" alter \"task\" drop default, alter \"task\" type varchar(40) using case \"kind\" when 'text' then 'write' when 'image' then 'text_to_image' when 'audio' then 'speech' else 'text_to_video' end;",
    );
    this.addSql(
      'create table "generation_call" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "generation_id" uuid not null, "index" int not null, "status" text not null, "asks" int not null, "answers_lost" int not null default 0, "operation" jsonb null, "progress" double precision null, "queue_position" int null, "sent" jsonb null, "output" jsonb null, "error" jsonb null, "asked_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql(
      'create index "generation_call_workspace_id_index" on "generation_call" ("workspace_id");',
    );
    this.addSql(
      'alter table "generation_call" add constraint "generation_call_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "generation_call" add constraint "generation_call_generation_id_index_unique" unique ("generation_id", "index");',
    );
    this.addSql(
      "alter table \"generation_call\" add constraint \"generation_call_status_check\" check (\"status\" in ('asked', 'open', 'started', 'answered', 'failed'));",
    );
    this.addSql('alter table "generation_call" enable row level security;');
    this.addSql('alter table "generation_call" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"generation_call\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    for (const key of foreignKeys) {
      if (
        key.table === "generation_call" ||
        (key.table === "generation" && key.column === "parent_id")
      )
        this.addSql(addForeignKey(key));
    }
  }

  override down(): void {
    this.addSql('drop table "generation_call";');
    this.addSql(
      'alter table "generation" drop column "task", drop column "count", drop column "parent_id";',
    );
  }
}
