import { Migration } from "@mikro-orm/migrations";

/** Order in the work: campaigns and labels, channels' groups and defaults, and texts as they go out. */
export class Migration20261130000000 extends Migration {
  override up(): void {
    this.addSql(
      'alter table "post" add "campaign" varchar(200) null, add "labels" jsonb not null default \'[]\'::jsonb;',
    );
    this.addSql(
      'create index "post_workspace_id_campaign_index" on "post" ("workspace_id", "campaign");',
    );
    this.addSql(
      'create index "post_workspace_id_published_at_index" on "post" ("workspace_id", "published_at");',
    );
    this.addSql(
      'alter table "agent" add "campaign" varchar(200) null, add "labels" jsonb not null default \'[]\'::jsonb;',
    );
    this.addSql('alter table "channel" add "group" varchar(120) null, add "defaults" jsonb null;');
    this.addSql(
      'alter table "target" add "takes_defaults" boolean not null default true, add "texts" jsonb null, add "text_key" varchar(64) null;',
    );
    this.addSql(
      'create index "target_channel_id_text_key_index" on "target" ("channel_id", "text_key");',
    );
    this.addSql(
      'create index "credit_entry_workspace_id_created_at_index" on "credit_entry" ("workspace_id", "created_at");',
    );
  }

  override down(): void {
    this.addSql('drop index "credit_entry_workspace_id_created_at_index";');
    this.addSql('drop index "target_channel_id_text_key_index";');
    this.addSql(
      'alter table "target" drop column "takes_defaults", drop column "texts", drop column "text_key";',
    );
    this.addSql('alter table "channel" drop column "group", drop column "defaults";');
    this.addSql('alter table "agent" drop column "campaign", drop column "labels";');
    this.addSql('drop index "post_workspace_id_published_at_index";');
    this.addSql('drop index "post_workspace_id_campaign_index";');
    this.addSql('alter table "post" drop column "campaign", drop column "labels";');
  }
}
