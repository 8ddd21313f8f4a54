import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";
import type { PaymentProvider } from "../payments/contract.ts";

/** Who takes money for credits here. Throws Problem 422 `payment_not_configured` where nobody does. */
export function paymentsOf(context: ApiContext): PaymentProvider {
  if (context.payments) return context.payments;
  throw new Problem({
    status: 422,
    code: "payment_not_configured",
    detail:
      "This installation takes no payments. Ask an operator for credits: they grant them with npm run grant, or with POST /v1/operator/grants.",
  });
}
