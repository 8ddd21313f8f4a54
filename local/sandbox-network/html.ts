/** Markup that is safe to put into a page as it is. */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type Value = string | number | Markup | Value[] | undefined | false;

/** A tagged template whose values are escaped, unless they are `Markup` themselves. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(
    strings.reduce((source, text, index) => source + render(values[index - 1]) + text),
  );
}

function render(value: Value): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Markup) return value.source;
  if (Array.isArray(value)) return value.map(render).join("");
  return String(value)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
