import { createTransport } from "nodemailer";

/** A message to one person. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The same for the same message sent twice: mail programs show it once. */
  messageId: string;
}

/** The way out for e-mail. */
export interface Mailer {
  /** Throws when the server does not take the message. */
  send(mail: Mail): Promise<void>;
}

/** Sends through an SMTP server: `smtp://user:password@host:587`, `smtps://…`. Each message by a connection of its own. */
export function createMailer(options: { url: string; from: string }): Mailer {
  const transport = createTransport({
    url: options.url,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    // What is sent is made here: nothing is read from files or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      await transport.sendMail({
        ...mail,
        from: options.from,
        // Out-of-office answers to a program help nobody (RFC 3834).
        headers: { "Auto-Submitted": "auto-generated" },
      });
    },
  };
}
