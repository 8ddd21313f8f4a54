/** How a secret may be written: as it is, in hexadecimal, percent-encoded, and in base64 wherever it stands within. */
function writtenForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  const base64 = [0, 1, 2].flatMap((offset) => {
    // Of a secret in the middle of something only the groups of three bytes that it fills are its own.
    const own = bytes.subarray((3 - offset) % 3);
    const whole = own.subarray(0, own.length - (own.length % 3));
    return [whole.toString("base64"), whole.toString("base64url")];
  });
  const forms = [secret, encodeURIComponent(secret), hex, hex.toUpperCase(), ...base64];
  return [...new Set(forms)];
}

/** The places, of those that are named, in which one of the secrets is written: `password in logs`. */
export function findSecrets(
  secrets: Readonly<Record<string, string>>,
  places: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    if (secret.length < 12) throw new Error(`${name} is too short to be searched for`);
    const forms = writtenForms(secret);
    return Object.entries(places)
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${name} in ${place}`);
  });
}
