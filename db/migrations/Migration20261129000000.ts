import { Migration } from "@mikro-orm/migrations";

/** Publishing under fire: parts of a post, what a target waits for, taking down, and what each attempt called. */
export class Migration20261129000000 extends Migration {
  override up(): void {
    this.addSql(
      'alter table "post" add "parts" jsonb not null default \'[]\'::jsonb, add "resumed_at" timestamptz(3) null, add "overdue_at" timestamptz(3) null;',
    );
    this.addSql(
      'alter table "target" add "status_at" timestamptz(3) not null default now(), add "waiting" jsonb null, add "removal" jsonb null;',
    );
    this.addSql(
      'create index "target_removal" on "target" ("workspace_id") where removal is not null;',
    );
    this.addSql(
      'alter table "delivery" add "remote_data" jsonb null, add "removed_at" timestamptz(3) null;',
    );
    this.addSql('alter table "delivery_attempt" add "calls" jsonb null;');
    this.addSql('alter table "delivery_attempt" drop constraint "delivery_attempt_step_check";');
    this.addSql(
      "alter table \"delivery_attempt\" add constraint \"delivery_attempt_step_check\" check (\"step\" in ('create', 'poll', 'publish', 'confirm', 'reconcile', 'resolve', 'remove'));",
    );
    this.addSql('alter table "outbox" add "next_try_at" timestamptz(3) null;');
    this.addSql('alter table "outbox" drop constraint "outbox_action_check";');
    this.addSql(
      "alter table \"outbox\" add constraint \"outbox_action_check\" check (\"action\" in ('start', 'wake', 'signal', 'cancel', 'schedule'));",
    );
  }

  override down(): void {
    this.addSql('alter table "outbox" drop column "next_try_at";');
    this.addSql('delete from "outbox" where "action" = \'wake\';');
    this.addSql('alter table "outbox" drop constraint "outbox_action_check";');
    this.addSql(
      "alter table \"outbox\" add constraint \"outbox_action_check\" check (\"action\" in ('start', 'signal', 'cancel', 'schedule'));",
    );
    this.addSql(
      "delete from \"delivery_attempt\" where \"step\" not in ('create', 'publish', 'reconcile');",
    );
    this.addSql('alter table "delivery_attempt" drop constraint "delivery_attempt_step_check";');
    this.addSql(
      "alter table \"delivery_attempt\" add constraint \"delivery_attempt_step_check\" check (\"step\" in ('create', 'publish', 'reconcile'));",
    );
    this.addSql('alter table "delivery_attempt" drop column "calls";');
    this.addSql('alter table "delivery" drop column "remote_data", drop column "removed_at";');
    this.addSql(
      'alter table "target" drop column "status_at", drop column "waiting", drop column "removal";',
    );
    this.addSql(
      'alter table "post" drop column "parts", drop column "resumed_at", drop column "overdue_at";',
    );
  }
}
