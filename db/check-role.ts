import type { MikroORM } from "@mikro-orm/postgresql";

/**
 * Throws when the service's role could step around row-level security: a superuser, one with BYPASSRLS, or the owner of
 * a table. Also throws, saying so, when the schema is missing.
 */
export async function checkServiceRole(orm: MikroORM): Promise<void> {
  const [row] = await orm.em
    .fork()
    .execute<{ name: string; super: boolean; bypass: boolean; owned: number; tables: number }[]>(
      `select rolname as name, rolsuper as super, rolbypassrls as bypass,
       (select count(*)::int from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
          and pg_has_role(current_user, c.relowner, 'MEMBER')) as owned,
       (select count(*)::int from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r') as tables
     from pg_roles where rolname = current_user`,
    );
  if (!row) throw new Error("the database does not know the role of DATABASE_URL");
  if (row.super || row.bypass || row.owned > 0) {
    throw new Error(
      `the role ${row.name} of DATABASE_URL is a superuser, owns tables or may bypass row-level security; ` +
        "use a role that owns nothing, and give the owner to DATABASE_ADMIN_URL for migrating only",
    );
  }
  if (row.tables === 0) throw new Error("the database is empty; run: node scripts/migrate.ts up");
}
