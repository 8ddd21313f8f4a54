/** What the page that was served says about this installation. */
export interface Installation {
  /** The one origin under which signing in works. */
  publicUrl: string;
  registration: "open" | "first" | "closed";
  /** The command that started it, for advice. */
  startCommand: string;
}

/** Reads what the API wrote into the page; a page that Vite serves while developing says nothing. */
export function readInstallation(page: Document): Installation {
  const said = page.querySelector<HTMLMetaElement>('meta[name="installation"]')?.dataset ?? {};
  const known = (name: string) => {
    const text = said[name];
    return text === undefined || text.startsWith("{{") ? undefined : text;
  };
  const registration = known("registration");
  return {
    publicUrl: known("publicUrl") ?? page.location.origin,
    registration: registration === "closed" || registration === "first" ? registration : "open",
    startCommand: known("startCommand") ?? "npm start --",
  };
}

export const installation = readInstallation(document);
