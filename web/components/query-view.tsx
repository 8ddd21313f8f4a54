import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemOf } from "#web/lib/api/problem.ts";
import { LoadingCards } from "./loading-cards.tsx";
import { NothingHere } from "./nothing-here.tsx";
import { ProblemAlert } from "./problem-alert.tsx";

/**
 * What is read from the API, or its place while it comes, or why it does not. What was read before stays in sight, unless
 * the API says that it is gone or no longer for one's eyes.
 */
export function QueryView<Data>(props: {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  loading?: ReactNode;
  children: (data: Data) => ReactNode;
}) {
  const { data, error, refetch } = props.query;
  const withdrawn = error !== null && [403, 404, 410].includes(problemOf(error).status);
  if (data !== undefined && !withdrawn) return props.children(data);
  if (error && problemOf(error).status === 404) return <NothingHere mayBeElsewhere />;
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  return props.loading ?? <LoadingCards />;
}
