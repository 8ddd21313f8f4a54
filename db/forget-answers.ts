import type { EntityManager } from "@mikro-orm/postgresql";

/**
 * Empties the answers that were kept for repeated requests about this row, where they hold its content. The keys stay
 * taken, so that a repeated request still makes nothing anew.
 */
export async function forgetAnswersAbout(em: EntityManager, subjectId: string): Promise<void> {
  await em.execute(
    `update "idempotency_record" set "response_body" = null
     where "subject_id" = ? and jsonb_exists("response_body", 'content')`,
    [subjectId],
  );
}
