import { Migration } from "@mikro-orm/migrations";

const tables = ["asset", "generation"];

/**
 * Where the look for stored files without a row goes on. And what was generated before a model's part was noted: it is a
 * model's, of real media where such was shown to it; what our recipes bettered stays what it was.
 */
export class Migration20261208000000 extends Migration {
  override up(): void {
    this.addSql('alter table "workspace_details" add "orphans_after" varchar(300) null;');
    // An update would find no row: row-level security is forced on the tables' owner too.
    for (const table of tables) this.addSql(`alter table "${table}" no force row level security;`);
    this.addSql(
      `update "asset" a set "digital_source" = case when exists (
           select from "generation" g cross join jsonb_array_elements(g."inputs") i
           left join "asset" s on s."id" = (i ->> 'assetId')::uuid
           where g."id" = a."generation_id" and i ->> 'role' in ('source', 'first_frame', 'last_frame')
             and s."origin" is distinct from 'generation')
         then 'compositeWithTrainedAlgorithmicMedia' else 'trainedAlgorithmicMedia' end
       where a."origin" = 'generation' and a."digital_source" is null
         and not exists (select from "generation" g where g."id" = a."generation_id" and g."task" = 'enhance_video');`,
    );
    for (const table of tables) this.addSql(`alter table "${table}" force row level security;`);
  }

  override down(): void {
    this.addSql('alter table "workspace_details" drop column "orphans_after";');
  }
}
