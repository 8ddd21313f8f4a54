import type { FastifyReply, FastifyRequest } from "fastify";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import type { ApiContext } from "../context.ts";
import { principalOf } from "../plugins/access.ts";
import {
  findAnswer,
  idempotencyKeyOf,
  keepAnswer,
  takeKey,
  tellOutcome,
  type KeptAnswer,
  type KeyedRequest,
} from "./idempotency.ts";
import { readRows } from "./read-rows.ts";
import { tellEngine } from "./tell-engine.ts";

/** What a change came to, told from within its transaction. */
export interface Change {
  /** The answer's body. */
  body: object;
  /** What the engine is told after the commit; the body then says `engine: ready | delayed`. */
  outboxIds?: string[];
  /** Where the new thing is: the `Location` header. */
  location?: string;
  /** The row that it was about: cancelling that empties the kept answer. */
  subjectId?: string;
  /** What a repetition is answered instead of the body: the same without its secret; null for what is there then. */
  keep?: object | null;
  /** Done once the change is committed, such as deleting files that nothing names any more. */
  afterCommit?(): Promise<void>;
}

export type AnswerOf<Made extends Change> = Made extends { outboxIds: string[] }
  ? Made["body"] & { engine: "ready" | "delayed" }
  : Made["body"];

export interface AcceptOptions<Prepared> {
  /** Of the answer. */
  status: 200 | 201 | 202;
  /** What makes two requests the same one, where that is not their body. */
  fingerprint?: unknown;
  /** The body of a repetition whose kept answer was emptied, or is not to be kept: what is there now. */
  reread?: (em: EntityManager) => Promise<object>;
  /** What must be done before the transaction, since it takes long: calls to a platform, files. */
  prepare?: () => Promise<Prepared>;
  /** Takes back what was prepared when nothing came of it. */
  discard?: (prepared: Prepared) => Promise<void>;
}

/**
 * Makes a change in one transaction of the caller's workspace and answers it. With an `Idempotency-Key` the answer is
 * written in the same transaction, and the same request again gets that answer: whatever happens in between, the change
 * is made once. What is refused keeps nothing, and is judged anew.
 *
 * Throws Problem 409 `request_in_progress` while the same key is at work, and 422 `idempotency_key_reused`.
 */
export async function accept<Made extends Change, Prepared = undefined>(
  context: ApiContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  options: AcceptOptions<Prepared>,
  work: (em: EntityManager, prepared: Prepared) => Promise<Made>,
): Promise<AnswerOf<Made>> {
  const { workspaceId } = principalOf(request);
  const keyed = idempotencyKeyOf(request, options.fingerprint);
  const replay = async (kept: KeptAnswer) => {
    const reread = options.reread;
    const body =
      kept.body ?? (reread ? await readRows(context, workspaceId, (em) => reread(em)) : {});
    return replayAnswer<AnswerOf<Made>>(reply, { ...kept, body });
  };
  if (keyed && options.prepare) {
    const kept = await findAnswer(inWorkspace(context.orm, workspaceId), keyed, context.now());
    if (kept) return replay(kept);
  }
  const prepared = (await options.prepare?.()) as Prepared;
  let made: { change: Made; recordId: string | undefined } | { kept: KeptAnswer };
  let decided = false;
  try {
    made = await inWorkspace(context.orm, workspaceId).transactional(async (em) => {
      const kept = keyed && (await takeKey(em, keyed, context.now()));
      if (kept) return { kept };
      const change = await work(em, prepared);
      await em.flush();
      const recordId = keyed && (await keep(em, { keyed, change, options, context, workspaceId }));
      decided = true;
      return { change, recordId };
    });
  } catch (error) {
    // A commit that failed on the way may have been made: a file too many harms nobody, one that is missing does.
    if (prepared !== undefined && !decided) await options.discard?.(prepared);
    throw error;
  }
  if ("kept" in made) {
    if (prepared !== undefined) await options.discard?.(prepared);
    return replay(made.kept);
  }
  const { change, recordId } = made;
  const answer = await finish(context, { workspaceId, change, recordId });
  reply.code(options.status);
  if (change.location !== undefined) reply.header("Location", change.location);
  return answer as AnswerOf<Made>;
}

function keep(
  em: EntityManager,
  input: {
    keyed: KeyedRequest;
    change: Change;
    options: { status: number };
    context: ApiContext;
    workspaceId: string;
  },
): Promise<string> {
  const { keyed, change, options, context, workspaceId } = input;
  return keepAnswer(em, keyed, {
    workspaceId,
    now: context.now(),
    status: options.status,
    // Until the engine was told, the truth is that it was not.
    body:
      change.keep === null
        ? null
        : {
            ...(change.keep ?? change.body),
            ...(change.outboxIds ? { engine: "delayed" as const } : {}),
          },
    location: change.location ?? null,
    subjectId: change.subjectId ?? null,
  });
}

/** What comes after the commit. Whatever of it fails, the change is made, and the answer says so. */
async function finish(
  context: ApiContext,
  input: { workspaceId: string; change: Change; recordId: string | undefined },
): Promise<object> {
  const { workspaceId, change, recordId } = input;
  const { body, outboxIds, afterCommit } = change;
  const engine = outboxIds && (await tellEngine(context, outboxIds));
  try {
    if (recordId !== undefined && engine === "ready")
      await tellOutcome(inWorkspace(context.orm, workspaceId), recordId);
    await afterCommit?.();
  } catch (error) {
    context.logger.error({ err: error }, "what follows a change was not done");
  }
  return engine ? { ...body, engine } : body;
}

/** The answer as it was given the first time, and a word that it is a repetition. */
function replayAnswer<Answer>(reply: FastifyReply, kept: KeptAnswer): Answer {
  reply.code(kept.status).header("Idempotent-Replayed", "true");
  if (kept.location !== null) reply.header("Location", kept.location);
  return kept.body as Answer;
}
