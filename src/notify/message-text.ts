import type { IncidentMessage } from '../core/routing/incident-message.ts';

/** `resolved`, or how bad it is. */
export function statusWord({ kind, status, severity }: IncidentMessage): string {
  if (kind === 'test') return 'test';
  return status === 'resolved' ? 'resolved' : severity;
}

/** One line that says it all: `[HIGH] disk of web-1 and 4 more`. */
export function headline(message: IncidentMessage): string {
  return `[${statusWord(message).toUpperCase()}] ${message.title}`;
}

/** Who did something about it, or what became of it; undefined when nothing did. */
export function remark({
  status,
  acknowledgedBy,
  resolvedBy,
  mergedInto,
}: IncidentMessage): string | undefined {
  if (mergedInto !== null) return `It became a part of incident ${mergedInto}`;
  if (status === 'resolved')
    return resolvedBy === null ? 'It is over' : `Resolved by ${resolvedBy}`;
  return acknowledgedBy === null ? undefined : `Acknowledged by ${acknowledgedBy}`;
}

/** What is told of it, likeliest cause first, then who did something about it. */
export function messageLines(message: IncidentMessage): string[] {
  const said = remark(message);
  const more = message.memberCount - message.members.length;
  return [
    ...message.members.map(({ explanation }) => explanation),
    ...(more > 0 ? [`And ${more} more`] : []),
    ...(said === undefined ? [] : [said]),
  ];
}
