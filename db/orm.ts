import { MikroORM, type EntityManager } from "@mikro-orm/postgresql";
import { Migrator } from "@mikro-orm/migrations";
import { fileURLToPath } from "node:url";
import { entities } from "./entities/index.ts";
import { PooledClient } from "./pooled-client.ts";

export type { EntityManager } from "@mikro-orm/postgresql";

export interface OrmOptions {
  /** `postgresql://role:password@host:port/database` */
  url: string;
  /** Connections kept at most. */
  poolSize?: number;
  /** A query without an answer fails then, and its connection with it. Milliseconds; for ever when absent. */
  queryTimeoutMs?: number;
}

/** Opens the ORM. No query is sent before the first use. */
export function openOrm(options: OrmOptions): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: options.url,
    entities,
    extensions: [Migrator],
    // Query parameters hold content and verifiers: they never reach a log.
    debug: false,
    logger: () => undefined,
    forceUtcTimezone: true,
    ignoreUndefinedInQuery: false,
    pool: { min: 0, max: options.poolSize ?? 10 },
    // Without it whoever asks waits for ever on a server that takes connections and does not answer.
    driverOptions: {
      Client: PooledClient,
      connectionTimeoutMillis: 5_000,
      ...(options.queryTimeoutMs === undefined ? {} : timeLimits(options.queryTimeoutMs)),
    },
    schemaGenerator: {
      // Foreign keys are composite with the workspace; see foreign-keys.ts, and the test that holds them.
      createForeignKeyConstraints: false,
    },
    migrations: {
      tableName: "migration",
      path: fileURLToPath(new URL("./migrations", import.meta.url)),
      snapshot: false,
      emit: "ts",
      // A migration is all or nothing, and so is a run of several.
      allOrNothing: true,
      disableForeignKeys: false,
    },
  });
}

/** The server gives up first, and says so; where it can't even say so, the client does. */
function timeLimits(queryTimeoutMs: number) {
  return {
    query_timeout: queryTimeoutMs,
    statement_timeout: Math.round(queryTimeoutMs * 0.8),
    idle_in_transaction_session_timeout: queryTimeoutMs * 6,
  };
}

/** A unit of work within one workspace: row-level security shows it that workspace and nothing else. */
export function inWorkspace(orm: MikroORM, workspaceId: string): EntityManager {
  return orm.em.fork({
    session: { variables: { "app.workspace_id": workspaceId } },
  }) as EntityManager;
}

/** A unit of work for one person before a workspace is chosen: sees the tables outside row-level security and their memberships. */
export function forUser(orm: MikroORM, userId: string): EntityManager {
  return orm.em.fork({ session: { variables: { "app.user_id": userId } } }) as EntityManager;
}

/** A unit of work that belongs to no workspace: sees only the tables outside row-level security. */
export function outsideWorkspaces(orm: MikroORM): EntityManager {
  return orm.em.fork() as EntityManager;
}
