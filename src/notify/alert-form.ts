import type { Labels } from '../core/labels.ts';
import { messageLines, statusWord } from './message-text.ts';
import type { Delivery } from './notifier.ts';

/** An incident as one alert of Prometheus: its labels stay the same for ever. */
export interface AlertForm {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  /** Year 1, as Alertmanager writes it, while it goes on. */
  readonly endsAt: string;
  readonly generatorURL: string;
}

const NOT_YET = '0001-01-01T00:00:00Z';

export function alertForm({ message, key, link }: Delivery): AlertForm {
  const { incidentId, title, severity, labels, startedAtMs, endedAtMs, atMs } = message;
  const isOver = message.kind === 'resolved';
  return {
    labels: {
      ...onlyNames(labels),
      alertname: 'SAIMonIncident',
      incident: String(incidentId),
      saimon_key: key,
    },
    annotations: {
      summary: title,
      description: messageLines(message).join('\n'),
      severity,
      status: statusWord(message),
      anomalies: String(message.memberCount),
    },
    startsAt: new Date(startedAtMs).toISOString(),
    endsAt: isOver ? new Date(endedAtMs ?? atMs).toISOString() : NOT_YET,
    generatorURL: link ?? '',
  };
}

/** Alertmanager refuses an alert with another name, and drops labels that are empty. */
function onlyNames(labels: Labels): Labels {
  const fit = Object.entries(labels).filter(
    ([name, value]) => /^[a-zA-Z_]\w*$/.test(name) && value !== '',
  );
  return Object.fromEntries(fit);
}
