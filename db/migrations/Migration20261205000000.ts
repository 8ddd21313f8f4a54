import { Migration } from "@mikro-orm/migrations";
import { addForeignKey, foreignKeys } from "../foreign-keys.ts";

/** Limits of credits a day, whom reservations count for, what grants are for, and payments. */
export class Migration20261205000000 extends Migration {
  override up(): void {
    this.addSql('alter table "workspace_details" add "daily_credit_limit" int null;');
    this.addSql(
      'alter table "workspace_details" add constraint "workspace_details_daily_credit_limit" check (daily_credit_limit >= 0);',
    );
    this.addSql('alter table "member" add "daily_credit_limit" int null;');
    this.addSql(
      'alter table "member" add constraint "member_daily_credit_limit" check (daily_credit_limit >= 0);',
    );
    this.addSql(
      'alter table "credit_entry" add "user_id" uuid null, add "reason" varchar(300) null, add "reference" varchar(255) null;',
    );
    this.addSql(
      'create index "credit_entry_user_id_created_at_index" on "credit_entry" ("user_id", "created_at");',
    );
    this.addSql(
      `create table "payment" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "provider" varchar(40) not null, "remote_id" varchar(255) not null, "pack" varchar(40) not null, "credits" int not null, "amount" int not null, "currency" varchar(3) not null, "status" text not null default 'open', "created_by" varchar(80) not null, "ended_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql('create index "payment_workspace_id_index" on "payment" ("workspace_id");');
    this.addSql(
      'alter table "payment" add constraint "payment_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql(
      'alter table "payment" add constraint "payment_provider_remote_id_unique" unique ("provider", "remote_id");',
    );
    this.addSql(
      "alter table \"payment\" add constraint \"payment_status_check\" check (\"status\" in ('open', 'paid', 'failed', 'expired'));",
    );
    this.addSql('alter table "payment" enable row level security;');
    this.addSql('alter table "payment" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"payment\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    for (const key of foreignKeys)
      if (key.table === "payment" || (key.table === "credit_entry" && key.column === "user_id"))
        this.addSql(addForeignKey(key));
  }

  override down(): void {
    this.addSql('drop table "payment";');
    this.addSql('drop index "credit_entry_user_id_created_at_index";');
    this.addSql(
      'alter table "credit_entry" drop column "user_id", drop column "reason", drop column "reference";',
    );
    this.addSql('alter table "member" drop column "daily_credit_limit";');
    this.addSql('alter table "workspace_details" drop column "daily_credit_limit";');
  }
}
