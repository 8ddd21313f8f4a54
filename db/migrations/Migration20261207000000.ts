import { Migration } from "@mikro-orm/migrations";

/** What models had a part in; files that are the same; the type that a client says its file has. */
export class Migration20261207000000 extends Migration {
  override up(): void {
    this.addSql('alter table "asset" add "digital_source" text null;');
    this.addSql(
      'alter table "asset" add constraint "asset_digital_source_check" check ("digital_source" in (\'trainedAlgorithmicMedia\', \'compositeWithTrainedAlgorithmicMedia\'));',
    );
    this.addSql(
      'create index "asset_workspace_id_sha256_index" on "asset" ("workspace_id", "sha256");',
    );
    this.addSql('alter table "upload" add "declared_type" varchar(200) null;');
  }

  override down(): void {
    this.addSql('alter table "upload" drop column "declared_type";');
    this.addSql('drop index "asset_workspace_id_sha256_index";');
    this.addSql('alter table "asset" drop column "digital_source";');
  }
}
