import { withClient } from "#local/postgres.ts";
import type { ChaosClient } from "./chaos-client.ts";
import { listPosts, type ShownPost } from "./watch-posts.ts";

/** A delivery as the ledger has it. */
export interface LedgerDelivery {
  postId: string;
  targetId: string;
  channelId: string;
  part: number;
  status: string;
  remoteId: string | null;
  /** Calls that were to make it visible. Times in epoch ms; open ones have no end. */
  calls: { startedAt: number; finishedAt: number | null; outcome: string | null }[];
}

/** A post that the network accepted. */
export interface LogEntry {
  id: string;
  account: string;
  text: string;
  acceptedAt: string;
}

/** A fault that the network showed. */
export interface FiredFault {
  at: string;
  on: string;
  kind: string;
  account: string | null;
  accepted: boolean;
}

/** The three records that have to agree, and what the network did wrong. */
export interface Records {
  api: ShownPost[];
  ledger: LedgerDelivery[];
  log: LogEntry[];
  faults: FiredFault[];
}

/** Reads the API's record, the ledger and the network's own. */
export async function readRecords(options: {
  client: ChaosClient;
  superuserUrl: string;
  sandboxUrl: string;
}): Promise<Records> {
  const own = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${options.sandboxUrl}${path}`)).json()) as T;
  return {
    api: await listPosts(options.client, ""),
    ledger: await readLedger(options.superuserUrl),
    log: await own<LogEntry[]>("/_log"),
    faults: await own<FiredFault[]>("/_faults"),
  };
}

function readLedger(superuserUrl: string): Promise<LedgerDelivery[]> {
  return withClient(superuserUrl, async (client) => {
    const found = await client.query<LedgerDelivery>(
      `select target.post_id as "postId", target.id as "targetId", target.channel_id as "channelId",
         delivery.part, delivery.status, delivery.remote_id as "remoteId",
         coalesce((
           select json_agg(json_build_object(
             'startedAt', extract(epoch from started_at) * 1000,
             'finishedAt', extract(epoch from finished_at) * 1000,
             'outcome', outcome) order by number)
           from delivery_attempt where delivery_id = delivery.id and step = 'publish'), '[]') as calls
       from delivery join target on target.id = delivery.target_id`,
    );
    return found.rows;
  });
}
