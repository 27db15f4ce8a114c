import { messageLines } from './message-text.ts';
import type { Delivery, Notifier } from './notifier.ts';
import { outcomeOf, post } from './post.ts';

export interface TemplateSettings {
  readonly url: string;
  readonly method: string;
  readonly content_type: string;
  readonly body: string;
}

/** A body of the receiver's own making: `{{title}}` and others are put in, escaped where the body is JSON. */
export function createTemplate(settings: TemplateSettings): Notifier {
  const { url, method, content_type: contentType, body: template } = settings;
  return {
    wantsChart: false,
    resendEveryMs: null,
    async send(delivery, signal) {
      const escape = /json/i.test(contentType) ? jsonText : (value: string) => value;
      const body = fillTemplate(template, fieldsOf(delivery), escape);
      const headers = { 'content-type': contentType, 'idempotency-key': delivery.id };
      return outcomeOf(await post({ url, method, headers, body, signal }), { url });
    },
    close() {},
  };
}

/** Puts fields in place of `{{name}}`, each escaped; what is put in is not looked at again, unknown names stay. */
function fillTemplate(
  template: string,
  fields: Readonly<Record<string, string>>,
  escape: (value: string) => string,
): string {
  return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return value === undefined ? whole : escape(value);
  });
}

function fieldsOf({ message, key, link }: Delivery): Readonly<Record<string, string>> {
  return {
    title: message.title,
    status: message.kind === 'resolved' ? 'resolved' : 'firing',
    severity: message.severity,
    text: messageLines(message).join('\n'),
    link: link ?? '',
    key,
    incident: String(message.incidentId),
    members: String(message.memberCount),
    started: new Date(message.startedAtMs).toISOString(),
    ended: message.endedAtMs === null ? '' : new Date(message.endedAtMs).toISOString(),
  };
}

/** As inside the quotes of a JSON string. */
function jsonText(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
