import { chartPng } from './chart-png.ts';
import { mailHtml, mailText } from './mail-body.ts';
import { headline } from './message-text.ts';
import type { Delivery, Notifier, Outcome } from './notifier.ts';

export interface EmailSettings {
  readonly smtp_host: string;
  readonly smtp_port: number;
  readonly smtp_user?: string | undefined;
  readonly smtp_password?: string | undefined;
  readonly from?: string | undefined;
  readonly to: readonly string[];
}

const CONNECT_MS = 10_000;
/** SMTP over TLS from the start (RFC 8314). */
const TLS_PORT = 465;

/**
 * Mail as text and HTML with a picture of the likeliest cause; all of an incident are one thread. A message that is sent again
 * after a crash has the same Message-ID, by which mail servers and readers know it.
 */
export function createEmail(settings: EmailSettings): Notifier {
  const { smtp_host: host, smtp_port: port, smtp_user: user, smtp_password: password } = settings;
  const from = settings.from ?? `saimon@${host}`;
  // What sends mail is loaded where mail is wanted.
  const transport = import('nodemailer').then(({ createTransport }) =>
    createTransport({
      host,
      port,
      secure: port === TLS_PORT,
      // A password is never sent in the clear.
      requireTLS: password !== undefined,
      ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: CONNECT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    }),
  );
  return {
    wantsChart: true,
    resendEveryMs: null,
    async send(delivery, signal) {
      const tooLate = {
        kind: 'failed',
        reason: `Cannot reach ${host}:${port}: no answer in time`,
      } as const;
      if (signal.aborted) return tooLate;
      const mail = mailOf(delivery, { from, to: settings.to });
      const late = new Promise<'late'>((resolve) => {
        signal.addEventListener('abort', () => resolve('late'), { once: true });
      });
      try {
        const sent = await Promise.race([transport.then((open) => open.sendMail(mail)), late]);
        if (sent === 'late') return tooLate;
        const lost = sent.rejected.length;
        return {
          kind: 'sent',
          reference: { subject: mail.subject },
          ...(lost > 0 && { note: `${host} refused ${lost} of ${settings.to.length} receivers` }),
        };
      } catch (error) {
        return outcomeOf(error, `${host}:${port}`);
      }
    },
    close: () => void transport.then((open) => open.close()),
  };
}

function mailOf(
  delivery: Delivery,
  { from, to }: { readonly from: string; readonly to: readonly string[] },
) {
  const { key, id, message, reference, link, chart } = delivery;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const root = `<${key}@${domain}>`;
  // Readers put one thread together by its references, some by its subject too: both stay.
  const first = reference?.['subject'];
  const isFirst = typeof first !== 'string';
  const subject = isFirst ? headline(message) : `Re: ${first.replace(/^Re: /, '')}`;
  const png = chart && chartPng(chart);
  return {
    from,
    to: [...to],
    subject,
    messageId: isFirst ? root : `<${id}@${domain}>`,
    ...(!isFirst && { inReplyTo: root, references: root }),
    date: new Date(delivery.nowMs),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-SAIMon-Incident': key },
    text: mailText(message, link),
    html: mailHtml(message, { link, image: png && 'cid:curve' }),
    ...(png && {
      attachments: [
        {
          filename: 'curve.png',
          content: png,
          contentType: 'image/png',
          cid: 'curve',
          contentDisposition: 'inline' as const,
        },
      ],
    }),
  };
}

/** Faults of the settings, which no second try mends. */
const SETTLED = ['EAUTH', 'ENOAUTH', 'EREQUIRETLS', 'EMESSAGE', 'ECONFIG'];

function outcomeOf(error: unknown, place: string): Outcome {
  const { code, responseCode, response } = Object(error);
  const said = typeof response === 'string' ? `, ${response.slice(0, 200)}` : '';
  const reason = `${place} refused it (${String(code ?? 'no connection')})${said}`;
  // An answer of 5xx is final, one of 4xx is not (RFC 5321); what has no answer failed on its way.
  const isFinal = typeof responseCode === 'number' ? responseCode >= 500 : SETTLED.includes(code);
  return { kind: isFinal ? 'refused' : 'failed', reason };
}
