import { Migration } from "@mikro-orm/migrations";

/** What was done with one row, found without reading the whole audit log. */
export class Migration20261201060000 extends Migration {
  override up(): void {
    this.addSql(
      'create index "audit_event_workspace_id_subject_index" on "audit_event" ("workspace_id", "subject");',
    );
  }

  override down(): void {
    this.addSql('drop index "audit_event_workspace_id_subject_index";');
  }
}
