/** One message to a person. */
export interface Mail {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
}

/** Sends mail. Rejects when the message could not be handed over. */
export interface Mailer {
  deliver(mail: Mail): Promise<void>;
}

/**
 * The mailer of an installation without a mail server: an outbox on the operator's console, for them to pass on.
 * It bypasses the logger, which would remove the very links the messages are about.
 */
export function createConsoleMailer(write: (text: string) => void): Mailer {
  return {
    async deliver(mail) {
      const body = mail.text.replaceAll('\n', '\n  | ');
      write(
        `\n  Outbox (no mail server is set up)\n  | To: ${mail.to}\n  | Subject: ${mail.subject}\n  |\n  | ${body}\n\n`,
      );
    },
  };
}
