import { Migration } from "@mikro-orm/migrations";

/** Keys know the key that made them; what nothing writes any more goes: `run.summary` and the outbox's `unschedule`. */
export class Migration20261123000000 extends Migration {
  override up(): void {
    this.addSql('alter table "api_key_details" add column "made_by_key" varchar(12) null;');
    this.addSql('alter table "run" drop column "summary";');
    // Both words always told the same: to look at the agent's row.
    this.addSql('update "outbox" set "action" = \'schedule\' where "action" = \'unschedule\';');
    this.addSql('alter table "outbox" drop constraint "outbox_action_check";');
    this.addSql(
      "alter table \"outbox\" add constraint \"outbox_action_check\" check (\"action\" in ('start', 'signal', 'cancel', 'schedule'));",
    );
  }

  override down(): void {
    this.addSql('alter table "outbox" drop constraint "outbox_action_check";');
    this.addSql(
      "alter table \"outbox\" add constraint \"outbox_action_check\" check (\"action\" in ('start', 'signal', 'cancel', 'schedule', 'unschedule'));",
    );
    this.addSql('alter table "run" add column "summary" text null;');
    this.addSql('alter table "api_key_details" drop column "made_by_key";');
  }
}
