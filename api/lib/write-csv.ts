import { stringify } from "csv-stringify/sync";

/** Lines as RFC 4180 has them, with no cell that a program for tables would run. */
export function writeCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { record_delimiter: "windows", quoted_match: /[;\t\r\n]/, cast: { string: asText } },
  );
}

/**
 * A cell with an apostrophe where a program for tables would take what follows for a formula, and run it: some take the
 * signs in full width too, and look behind a tab or an end of line. Where the separator is not ours, quotes that follow a
 * comma are none, so that a cell may begin within this one. What has such an apostrophe already gets another.
 */
export function asText(cell: string): string {
  return cell.replaceAll(formula, "'$&");
}

/** What a cell held before `asText`. */
export function fromText(cell: string): string {
  return cell.replaceAll(formula, (quotes) => quotes.slice(1));
}

/** The apostrophes before a formula, if any. Within a cell a sign that calls nothing stays: there it begins lines of a list. */
const formula =
  /^'*(?=[=+\-@＝＋－＠\t\r\n])|(?<=[;\t\r\n])'*(?=[=＝]|[+\-@＋－＠][^;\t\r\n]*[|([])/g;
