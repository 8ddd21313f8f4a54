import { Migration } from "@mikro-orm/migrations";
import { addForeignKey } from "../foreign-keys.ts";

/**
 * The front door: invitations, answers kept for repeated requests, clients' own names for posts and generations, who
 * wrote a post, channels and workspaces that ask for approval, and the transaction of each event.
 */
export class Migration20261124000000 extends Migration {
  override up(): void {
    this.addSql(
      'create table "invitation" ("id" uuid not null, "workspace_id" uuid not null, "created_at" timestamptz(3) not null, "email" varchar(320) not null, "role" text not null, "token_hash" varchar(64) not null, "invited_by" uuid not null, "made_by_key" varchar(12) null, "expires_at" timestamptz(3) not null, "accepted_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, primary key ("id"));',
    );
    this.addSql('create index "invitation_workspace_id_index" on "invitation" ("workspace_id");');
    this.addSql(
      'alter table "invitation" add constraint "invitation_token_hash_unique" unique ("token_hash");',
    );
    this.addSql(
      'alter table "invitation" add constraint "invitation_workspace_id_id_unique" unique ("workspace_id", "id");',
    );
    this.addSql('alter table "channel" add "requires_approval" boolean not null default false;');
    this.addSql(
      'alter table "event" add "transaction" bigint not null default ((pg_current_xact_id())::text)::bigint;',
    );
    this.addSql(
      'create index "event_workspace_id_transaction_sequence_index" on "event" ("workspace_id", "transaction", "sequence");',
    );
    this.addSql('alter table "generation" add "external_id" varchar(200) null;');
    this.addSql(
      'alter table "generation" add constraint "generation_workspace_id_external_id_unique" unique ("workspace_id", "external_id");',
    );
    this.addSql(
      'alter table "idempotency_record" add "location" varchar(300) null, add "subject_id" uuid null;',
    );
    this.addSql('delete from "idempotency_record";');
    this.addSql('alter table "idempotency_record" alter column "response_status" set not null;');
    this.addSql(
      'create index "idempotency_record_subject_id_index" on "idempotency_record" ("subject_id");',
    );
    this.addSql(
      'create index "idempotency_record_workspace_id_created_at_index" on "idempotency_record" ("workspace_id", "created_at");',
    );
    this.addSql('alter table "outbox" add "trace_parent" varchar(55) null;');
    this.addSql(
      'alter table "post" add "written_by" jsonb not null default \'[]\', add "external_id" varchar(200) null;',
    );
    this.addSql(
      'alter table "post" add constraint "post_workspace_id_external_id_unique" unique ("workspace_id", "external_id");',
    );
    this.addSql(
      'alter table "workspace_details" add "forbid_self_approval" boolean not null default false;',
    );
    this.addSql(
      "alter table \"invitation\" add constraint \"invitation_role_check\" check (\"role\" in ('owner', 'admin', 'editor', 'approver', 'viewer'));",
    );
    this.addSql('alter table "invitation" enable row level security;');
    this.addSql('alter table "invitation" force row level security;');
    this.addSql(
      "create policy \"tenant\" on \"invitation\" using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid) with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);",
    );
    this.addSql(
      addForeignKey({
        table: "invitation",
        column: "workspace_id",
        references: "workspace",
        onDelete: "cascade",
      }),
    );
  }

  override down(): void {
    this.addSql('drop table "invitation" cascade;');
    this.addSql('alter table "workspace_details" drop column "forbid_self_approval";');
    this.addSql('alter table "post" drop column "written_by", drop column "external_id";');
    this.addSql('alter table "outbox" drop column "trace_parent";');
    this.addSql('drop index "idempotency_record_workspace_id_created_at_index";');
    this.addSql('alter table "idempotency_record" alter column "response_status" drop not null;');
    this.addSql(
      'alter table "idempotency_record" drop column "location", drop column "subject_id";',
    );
    this.addSql('alter table "generation" drop column "external_id";');
    this.addSql('alter table "event" drop column "transaction";');
    this.addSql('alter table "channel" drop column "requires_approval";');
  }
}
