import type { GithubWebhook, GrafanaAnnotation } from '../contract/hooks.ts';
import type { Labels } from '../core/labels.ts';
import type { EventDraft } from '../store/events-table.ts';

const LABEL = /^([A-Za-z_]\w*)\s*[:=]\s*(\S.*)$/;
const COMMIT = /^[0-9a-f]{40}$/;
/** States after which a deployment is over. `inactive` only says that a later one took its place. */
const OVER = ['success', 'failure', 'error'];

/** The event of a Grafana annotation. Without an id, the same annotation sent again is the same event. */
export function eventOfAnnotation(annotation: GrafanaAnnotation, nowMs: number): EventDraft {
  const { id, time = nowMs, timeEnd = time, tags, text } = annotation;
  const pairs = tags.map((tag) => LABEL.exec(tag));
  const labels = Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1], pair[2]]] : [])));
  const kind = tags.find((tag, i) => pairs[i] === null && tag.trim() !== '') ?? 'annotation';
  return {
    kind: kind.trim().toLowerCase().slice(0, 64),
    title: plain(text),
    labels,
    startedAtMs: Math.min(time, timeEnd),
    endedAtMs: timeEnd === time ? null : Math.max(time, timeEnd),
    source: 'grafana',
    sourceKey: String(id ?? JSON.stringify([time, tags, text])),
    reason: '',
    createdBy: 'grafana',
  };
}

/** The event of a GitHub deployment, whose end a later status tells; undefined when it is about something else. */
export function eventOfDeployment(
  { deployment, deployment_status: status, repository }: GithubWebhook,
  labels: Labels,
): EventDraft | undefined {
  if (!deployment || !repository) return undefined;
  const { id, ref, task, environment, created_at: startedAtMs, creator } = deployment;
  const version = COMMIT.test(ref) ? ref.slice(0, 7) : ref;
  const where = environment === '' ? '' : ` to ${environment}`;
  const endedAtMs = status && OVER.includes(status.state) ? status.created_at : null;
  return {
    kind: task,
    title: `${repository.full_name} ${version}`.trim() + where,
    labels,
    startedAtMs,
    endedAtMs: endedAtMs && Math.max(startedAtMs, endedAtMs),
    source: 'github',
    sourceKey: `${repository.full_name} ${id}`,
    reason: '',
    createdBy: creator?.login ?? 'github',
  };
}

/** Annotations are HTML; one line of their text is enough. */
function plain(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 500);
}
