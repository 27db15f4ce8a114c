import type { IncidentMessage } from '../core/routing/incident-message.ts';
import { headline, messageLines } from './message-text.ts';

/** Slack takes at most so many characters in a section. */
const LONGEST_SECTION = 2900;
const LONGEST_TEXT = 3000;
/** `action_id` of the buttons; their value is `<incident> confirmed` or `<incident> false_positive`. */
export const VERDICT_ACTION = 'saimon_verdict';

const SIGNS = { low: '🔵', medium: '🟡', high: '🟠', critical: '🔴' } as const;

export interface SlackForm {
  /** What the message is found by again. */
  readonly key: string;
  readonly link: string | null;
  readonly hasButtons: boolean;
}

/** A message as Slack shows it: blocks, and a line for notifications and for what shows no blocks. */
export function slackMessage(message: IncidentMessage, { key, link, hasButtons }: SlackForm) {
  const sign = message.status === 'resolved' ? '✅' : SIGNS[message.severity];
  const head = `${sign} ${slackText(headline(message))}`;
  const lines = messageLines(message).map((line) => `• ${slackText(line)}`);
  const began = `<!date^${Math.floor(message.startedAtMs / 1000)}^Began {date_short_pretty} {time}|Began ${new Date(message.startedAtMs).toISOString()}>`;
  return {
    text: cut(slackText(headline(message)), LONGEST_TEXT),
    blocks: [
      { ...section(link === null ? `*${head}*` : `*<${slackText(link)}|${head}>*`), block_id: key },
      ...(lines.length > 0 ? [section(lines.join('\n'))] : []),
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: `${began} · ${labelsText(message)}` }],
      },
      ...(hasButtons && message.kind !== 'test' ? [verdictButtons(message.incidentId)] : []),
    ],
  };
}

/** Slack gives meaning to these three signs alone. */
export function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(text, LONGEST_SECTION) } };
}

function verdictButtons(incidentId: number) {
  const button = (text: string, verdict: 'confirmed' | 'false_positive') => ({
    type: 'button',
    text: { type: 'plain_text', text },
    action_id: `${VERDICT_ACTION}_${verdict}`,
    value: `${incidentId} ${verdict}`,
  });
  return {
    type: 'actions',
    elements: [button('Confirm', 'confirmed'), button('False alarm', 'false_positive')],
  };
}

function labelsText({ labels }: IncidentMessage): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return slackText(cut(pairs.join(', '), 500));
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
