import type { IncidentMessage } from '../core/routing/incident-message.ts';
import { headline, messageLines, statusWord } from './message-text.ts';

export function mailText(message: IncidentMessage, link: string | null): string {
  return [
    headline(message),
    '',
    ...messageLines(message).map((line) => `- ${line}`),
    '',
    `Began: ${time(message.startedAtMs)}`,
    ...(message.endedAtMs === null ? [] : [`Ended: ${time(message.endedAtMs)}`]),
    ...(link === null ? [] : ['', link]),
    '',
  ].join('\n');
}

const COLOURS: Readonly<Record<string, string>> = {
  resolved: '#1f7a3d',
  low: '#3a6ea5',
  medium: '#9a6700',
  high: '#b45309',
  critical: '#b3202c',
};

/** Plain tables and inline styles: what mail clients leave alone. */
export function mailHtml(
  message: IncidentMessage,
  { link, image }: { readonly link: string | null; readonly image: string | undefined },
): string {
  const word = statusWord(message);
  const lines = messageLines(message).map(
    (line) => `<li style="margin:0 0 6px">${html(line)}</li>`,
  );
  const title = html(message.title);
  const head = link === null ? title : `<a href="${html(link)}" style="color:#1a3550">${title}</a>`;
  const span = `${time(message.startedAtMs)} to ${message.endedAtMs === null ? 'now' : time(message.endedAtMs)}`;
  return `<!doctype html><html lang="en"><body style="margin:0;padding:16px;font:15px/1.45 sans-serif;color:#1c2733">
<p style="margin:0 0 8px"><b style="color:${COLOURS[word] ?? '#1c2733'}">${html(word.toUpperCase())}</b></p>
<h1 style="margin:0 0 8px;font-size:19px">${head}</h1>
<p style="margin:0 0 12px;color:#5b6b7b">${span}</p>
${image === undefined ? '' : `<img src="${html(image)}" width="560" height="160" alt="The curve of the likeliest cause in its band" style="max-width:100%;border:1px solid #d6e0ea">\n`}<ul style="padding-left:20px">${lines.join('')}</ul>
</body></html>`;
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
