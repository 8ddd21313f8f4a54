import { LockMode } from "@mikro-orm/core";
import { Payment } from "#db/entities/index.ts";
import { giveCredits } from "#db/give-credits.ts";
import type { EntityManager } from "#db/orm.ts";
import { paymentMachine } from "#domain/states.ts";
import type { PaymentNews } from "./contract.ts";

/**
 * Writes down what became of a payment, and grants its credits once it is paid, in the caller's transaction. News that is
 * repeated, or late, changes nothing. False where there is no such payment.
 */
export async function takePaymentNews(
  em: EntityManager,
  { news, provider, now }: { news: PaymentNews; provider: string; now: Date },
): Promise<boolean> {
  const { workspaceId, paymentId: id, remoteId, status } = news;
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const payment = await em.findOne(Payment, { id, provider, remoteId }, lock);
  if (!payment) return false;
  if (payment.status === status || !paymentMachine.allows(payment.status, status)) return true;
  payment.status = status;
  payment.endedAt = now;
  await em.flush();
  if (status !== "paid") return true;
  const { credits, pack } = payment;
  await giveCredits(em, {
    ...{ workspaceId, credits, subject: `payment:${id}`, reference: remoteId },
    reason: `Bought: ${pack}`,
    actor: payment.createdBy,
  });
  return true;
}
