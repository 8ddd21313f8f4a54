/** What one suite came to. */
export interface SuiteResult {
  name: string;
  milliseconds: number;
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
}

/** All suites together in one line: `12 passed, 0 failed`, and `, 1 skipped` when there are any. */
export function summaryLine(results: readonly SuiteResult[]): string {
  const sum = (count: (result: SuiteResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const skipped = sum((result) => result.skipped.length);
  return `${sum((result) => result.passed)} passed, ${sum((result) => result.failed)} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** 1 when anything failed, or when nothing was tested at all. */
export function exitCodeOf(results: readonly SuiteResult[]): number {
  const ran = results.some((result) => result.passed + result.failed > 0);
  return ran && results.every((result) => result.failed === 0) ? 0 : 1;
}
