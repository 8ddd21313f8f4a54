import { Agent, User } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";

/** What usage can be told apart by. */
export const usageGroups = [
  "campaign",
  "label",
  "agent",
  "member",
  "provider",
  "model",
  "day",
] as const;
export type UsageGroup = (typeof usageGroups)[number];

export interface UsageFilter {
  from: Date;
  to: Date;
  agentId?: string | undefined;
  campaign?: string | undefined;
  label?: string | undefined;
}

interface Counted {
  credits: number;
  posts: number | null;
}

export interface Usage {
  data: (Counted & { group: string | null; name: string | null })[];
  total: Counted;
}

/** How each side is told apart: an expression, and what it needs joined. Posts have no model, and no member pays for them. */
const credits: Record<UsageGroup, [expression: string, join?: string]> = {
  campaign: [`a."campaign"`],
  label: ["l.label", labelsOf("a")],
  agent: [`r."agent_id"::text`],
  member: [`r."user_id"::text`],
  provider: [`substring(r."model" from '^([^/]+)/')`],
  model: [`r."model"`],
  day: [`to_char(r."created_at" at time zone 'UTC', 'YYYY-MM-DD')`],
};
const posts: Partial<Record<UsageGroup, [expression: string, join?: string]>> = {
  campaign: [`p."campaign"`],
  label: ["l.label", labelsOf("p")],
  agent: [`p."agent_id"::text`],
  day: [`to_char(p."published_at" at time zone 'UTC', 'YYYY-MM-DD')`],
};

function labelsOf(table: string): string {
  return `left join lateral (
    select distinct lower(one) as label from jsonb_array_elements_text(${table}."labels") as one) l on true`;
}

/**
 * What was spent and published in a time. A reservation counts with what closed it, whenever that was, so that a sum of
 * several times is the sum of the whole. `providers`: names of those that there are; lines from before models had their
 * provider's name in front belong to none. Call it within the workspace's transaction.
 */
export async function readUsage(
  em: EntityManager,
  {
    groupBy,
    filter,
    providers,
  }: { groupBy: UsageGroup; filter: UsageFilter; providers: ReadonlyMap<string, unknown> },
): Promise<Usage> {
  const byName = await spentBy(em, credits[groupBy], filter);
  const spent =
    groupBy === "provider" ? joinUnknown(byName, (name) => providers.has(name)) : byName;
  const told = posts[groupBy];
  const published = told && (await publishedBy(em, told, filter));
  const groups = [...new Set([...spent.keys(), ...(published?.keys() ?? [])])].toSorted(
    (a, b) => Number(a === null) - Number(b === null) || ((a ?? "") < (b ?? "") ? -1 : 1),
  );
  const names = await namesOf(em, groupBy, groups);
  const [wholeSpent, wholePublished] = [
    await spentBy(em, ["null"], filter),
    await publishedBy(em, ["null"], filter),
  ];
  return {
    data: groups.map((group) => ({
      group,
      name: (group !== null && names.get(group)) || null,
      credits: spent.get(group) ?? 0,
      posts: published ? (published.get(group) ?? 0) : null,
    })),
    total: { credits: wholeSpent.get(null) ?? 0, posts: wholePublished.get(null) ?? 0 },
  };
}

type Sums = Map<string | null, number>;

async function spentBy(
  em: EntityManager,
  [expression, join = ""]: [string, string?],
  filter: UsageFilter,
): Promise<Sums> {
  const { sql, values } = narrowed("a", `r."agent_id"`, filter);
  return sumsOf(
    await em.execute(
      `select ${expression} as "group", -sum(e."amount")::int as "sum"
       from "credit_entry" r
       join "credit_entry" e on e."subject" = r."subject" and e."kind" in ('reserve', 'settle', 'refund')
       left join "agent" a on a."id" = r."agent_id" ${join}
       where r."kind" = 'reserve' and r."created_at" >= ? and r."created_at" < ? ${sql}
       group by 1`,
      [filter.from, filter.to, ...values],
    ),
  );
}

async function publishedBy(
  em: EntityManager,
  [expression, join = ""]: [string, string?],
  filter: UsageFilter,
): Promise<Sums> {
  const { sql, values } = narrowed("p", `p."agent_id"`, filter);
  return sumsOf(
    await em.execute(
      `select ${expression} as "group", count(*)::int as "sum" from "post" p ${join}
       where p."published_at" >= ? and p."published_at" < ? ${sql}
       group by 1`,
      [filter.from, filter.to, ...values],
    ),
  );
}

function narrowed(table: string, agentId: string, filter: UsageFilter) {
  const conditions: [string, string | undefined][] = [
    [`${agentId} = ?`, filter.agentId],
    [`${table}."campaign" = ?`, filter.campaign],
    [
      `exists (select 1 from jsonb_array_elements_text(${table}."labels") one where lower(one) = lower(?))`,
      filter.label,
    ],
  ];
  const given = conditions.filter(([, value]) => value !== undefined);
  return {
    sql: given.map(([sql]) => `and ${sql}`).join(" "),
    values: given.map(([, value]) => value),
  };
}

/** Those whose name is not known, together. */
function joinUnknown(sums: Sums, isKnown: (name: string) => boolean): Sums {
  const joined: Sums = new Map();
  for (const [name, sum] of sums) {
    const group = name !== null && isKnown(name) ? name : null;
    joined.set(group, (joined.get(group) ?? 0) + sum);
  }
  return joined;
}

function sumsOf(rows: { group: string | null; sum: number }[]): Sums {
  return new Map(rows.map(({ group, sum }) => [group, sum]));
}

async function namesOf(
  em: EntityManager,
  groupBy: UsageGroup,
  groups: readonly (string | null)[],
): Promise<Map<string, string>> {
  if (groupBy !== "agent" && groupBy !== "member") return new Map();
  const ids = groups.filter((group) => group !== null);
  const rows =
    groupBy === "agent"
      ? await em.find(Agent, { id: { $in: ids } })
      : await em.find(User, { id: { $in: ids } });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
