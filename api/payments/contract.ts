import type { IncomingHttpHeaders } from "node:http";
import type { CreditPack } from "#domain/credit-packs.ts";
import type { PaymentStatus } from "#domain/states.ts";

/** Credits that somebody wants to buy. */
export interface Order {
  /** Ours; nothing else of it is ours but the workspace's id. */
  paymentId: string;
  workspaceId: string;
  pack: CreditPack;
  /** Where the person comes back to, paid or not. */
  returnUrl: string;
}

/** What a provider tells of a payment. */
export interface PaymentNews {
  status: Exclude<PaymentStatus, "open">;
  paymentId: string;
  workspaceId: string;
  /** The provider's own name of the checkout. */
  remoteId: string;
}

/** Somebody who takes money for credits. */
export interface PaymentProvider {
  /** As rows name it. */
  name: string;
  /**
   * Begins a payment: the address at which the person pays. Throws Problem 503 `payment_unavailable`.
   */
  checkout(order: Order): Promise<{ remoteId: string; url: string }>;
  /**
   * Reads what the provider sent us, its body byte by byte as it came; undefined where it says nothing of what became of
   * a payment of ours. Throws Problem 400 `signature_not_valid`.
   */
  readNews(sent: {
    headers: IncomingHttpHeaders;
    body: Buffer;
    now: Date;
  }): PaymentNews | undefined;
}
