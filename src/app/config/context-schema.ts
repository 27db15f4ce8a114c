import { z } from 'zod';
import { parseTime } from '../../contract/time.ts';
import { parseWeeklyHours } from '../../core/context/maintenance.ts';
import { duration, text } from './fields.ts';

const EXPECTED_TIME = 'expected a time such as 2026-12-01T22:00:00Z';
const EXPECTED_HOURS =
  'expected days and times such as "sun 02:00-04:00", "mon-fri 22:00-06:00" or "daily 03:00-03:30"';

const maintenanceSchema = z
  .strictObject({
    title: text()
      .default('')
      .meta({ description: 'For people', examples: ['Database upgrade'] }),
    start: moment()
      .optional()
      .meta({ description: 'First moment', examples: ['2026-12-01T22:00:00Z'] }),
    end: moment()
      .optional()
      .meta({ description: 'Last moment', examples: ['2026-12-02T02:00:00Z'] }),
    weekly: text()
      .refine(isWeekly, { error: EXPECTED_HOURS })
      .optional()
      .meta({
        description: 'Instead of start and end: every week, in reader.tz',
        examples: ['sun 02:00-04:00'],
      }),
    match: z
      .record(z.string(), text())
      .default({})
      .meta({
        description:
          'Labels that series must have to be concerned; __name__ is the name of the query, and its tags count too',
        examples: [{ host: 'db-1' }],
      }),
  })
  .refine(
    ({ start, end, weekly }) =>
      (start === undefined) === (end === undefined) &&
      (start === undefined) !== (weekly === undefined),
    {
      error: 'expected start and end, or weekly',
    },
  )
  .refine(
    ({ start, end }) =>
      start === undefined || end === undefined || (parseTime(start) ?? 0) < (parseTime(end) ?? 0),
    {
      error: 'expected end after start',
      path: ['end'],
    },
  );

const eventQuerySchema = z.strictObject({
  expr: text()
    .min(1, { error: 'expected a PromQL expression' })
    .meta({
      description:
        'PromQL; an event each time that a series of it rises from zero or takes another value above it',
      examples: ['kube_deployment_status_observed_generation'],
    }),
  kind: text()
    .min(1, { error: 'expected a word such as deploy' })
    .default('deploy')
    .describe('Events of one kind are expected to have like consequences'),
  title: text()
    .default('')
    .meta({ description: 'For people', examples: ['rollout'] }),
});

/** What is known of the world around the series. */
export const contextSchema = z.strictObject({
  maintenance: z
    .array(maintenanceSchema)
    .default([])
    .describe('Planned work: anomalies within it are kept, but alert nobody'),
  events: z
    .strictObject({
      deploy_lookback: duration()
        .default('15m')
        .describe(
          'An anomaly that opens within this time of a declared event is said to follow it',
        ),
      exclude_from_training: duration()
        .default('30m')
        .describe('What fits leave out from the start of a declared event on, at least to its end'),
      queries: z
        .array(eventQuerySchema)
        .default([])
        .describe('Expressions whose changes are events'),
    })
    .prefault({}),
  calendars: z
    .array(text().min(1, { error: 'expected a file' }))
    .default([])
    .meta({
      description:
        'Files of days that are like a weekend: iCalendar, or a date and a name a line, such as 2026-12-25, Christmas; without a year it is every year',
      examples: [['holidays.ics']],
    }),
  hooks: z
    .strictObject({
      github_secret: text()
        .default('')
        .meta({
          description:
            'Secret of the GitHub webhook; when set, what is not signed with it is refused',
          examples: ['${GITHUB_WEBHOOK_SECRET}'],
        }),
      github_secret_file: text()
        .optional()
        .meta({ description: 'A file that holds it', examples: ['/run/secrets/github'] }),
      alertmanager_secret: text()
        .default('')
        .meta({
          description:
            'What a webhook of Alertmanager must send as its bearer token, or be signed with; when empty, every one is taken',
          examples: ['${ALERTMANAGER_WEBHOOK_SECRET}'],
        }),
      alertmanager_secret_file: text()
        .optional()
        .meta({ description: 'A file that holds it', examples: ['/run/secrets/alertmanager'] }),
    })
    .prefault({}),
});

function moment() {
  return text().refine((value) => parseTime(value) !== undefined, { error: EXPECTED_TIME });
}

function isWeekly(value: string): boolean {
  try {
    return parseWeeklyHours(value).weekdays.length > 0;
  } catch {
    return false;
  }
}
