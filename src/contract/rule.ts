import * as z from 'zod';
import { parseWeeklyHours } from '../core/context/maintenance.ts';
import { isWeekTime } from '../core/rules/rule.ts';
import { Labels } from './labels.ts';
import { listOf, Page, RowId } from './paging.ts';
import { Time } from './time.ts';

const AnomalyKind = z.enum(['deviation', 'drift', 'flat_line', 'absence', 'combination']);
const Direction = z.enum(['above', 'below', 'shape']);
const limit = z.number().positive();

/** Conditions as core/rules has them. */
export const RuleCondition = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('min_deviation'),
      absolute: limit.optional().describe('In the unit of the metric'),
      relative: limit.optional().describe('As a part of what is expected'),
    })
    .refine(({ absolute, relative }) => absolute !== undefined || relative !== undefined, {
      path: ['absolute'],
      error: 'Expected absolute, relative or both',
    }),
  z.strictObject({
    kind: z.literal('direction'),
    direction: Direction.describe('The one that does not matter'),
  }),
  z.strictObject({
    kind: z.literal('hours'),
    hours: z
      .string()
      .max(200)
      .refine(isWeeklyHours, { error: 'Expected hours of the week such as tue 12:00-13:30' })
      .describe('In reader.tz, such as tue 12:00-13:30'),
    size: limit.describe('The largest that is normal then, in widths of the band'),
  }),
  z.strictObject({
    kind: z.literal('shape'),
    direction: Direction,
    at: z
      .string()
      .refine(isWeekTime, { error: 'Expected a time of the week such as tue 12:10' })
      .describe('When in the week it begins, in reader.tz'),
    shares: z
      .record(z.string().max(500), z.number().min(0).max(1))
      .refine((shares) => Object.keys(shares).length <= 100, { error: 'Expected at most 100' }),
    similarity: z.number().min(0).max(1),
    size: limit.describe('The largest that is normal, in widths of the band'),
    minutes: limit.describe('The longest that is normal'),
  }),
]);

/** What a rule is about. */
const RuleScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('series'), series_id: RowId }),
  z.strictObject({ kind: z.literal('query'), metric_name: z.string().min(1).max(500) }),
  z.strictObject({
    kind: z.literal('labels'),
    match: Labels.refine((match) => Object.keys(match).length > 0, {
      error: 'Expected at least one label',
    }).describe('Labels that series must have; __name__ is the alias of the query'),
  }),
]);
export type RuleScope = z.output<typeof RuleScope>;

const ids = z.array(z.int());

/** What a rule would have done to anomalies of the past weeks, by their ids. */
const RuleEffect = z.object({
  compared: z.int(),
  quieted: ids,
  /** Those of them that raised an alert. */
  alerts_fewer: ids,
  /** Those that people called false. */
  false_alarms: ids,
  /** Those that people called true. */
  confirmed_lost: ids,
  /** Those that fell into a recorded incident. */
  incidents_lost: ids,
});

const Status = z.enum(['proposed', 'accepted', 'off', 'rejected', 'removed']);

/** Keeps anomalies that meet its condition quiet: they are kept, but alert nobody and belong to no incident. */
export const Rule = z.object({
  id: z.int(),
  status: Status,
  /** What it quiets. */
  sentence: z.string(),
  anomaly_kind: AnomalyKind,
  condition: RuleCondition,
  scope: RuleScope,
  metric_name: z.string().nullable(),
  /** The false alarm that it was made for. */
  anomaly_id: z.int().nullable(),
  /** When it was made. */
  effect: RuleEffect,
  /** Anomalies that it keeps quiet, and how many of them people called true. */
  acted: z.int(),
  acted_on_confirmed: z.int(),
  last_acted_at: Time.nullable(),
  reason: z.string(),
  created_by: z.string(),
  created_at: Time,
  /** Who accepted, rejected or switched it last. */
  decided_by: z.string().nullable(),
  decided_at: Time.nullable(),
});
export type Rule = z.output<typeof Rule>;

export const RuleList = listOf({ rules: z.array(Rule) });

export const RuleQuery = Page.extend({ status: Status.optional() });

export const NewRule = z.object({
  anomaly_kind: AnomalyKind.default('deviation'),
  condition: RuleCondition,
  scope: RuleScope,
  anomaly_id: z.int().min(1).optional().describe('The false alarm that it is made for'),
  reason: z.string().max(2000).default(''),
  status: z
    .enum(['proposed', 'accepted'])
    .default('accepted')
    .describe('One that is proposed does not act before somebody accepts it'),
});

/** What one would have done to the past, before it is made. */
export const RulePreview = NewRule.pick({ anomaly_kind: true, condition: true, scope: true });

const Proposal = z.object({
  anomaly_kind: AnomalyKind,
  condition: RuleCondition,
  scope: RuleScope,
  sentence: z.string(),
  effect: RuleEffect,
});

export const PreviewedRule = Proposal;
export type PreviewedRule = z.output<typeof PreviewedRule>;

/** Each can be sent to POST /rules as it stands. */
export const RuleProposals = z.object({
  anomaly_id: z.int(),
  weeks: z.int(),
  /** They lose nothing that is known to be true, the best first. */
  proposals: z.array(Proposal),
  /** They would. */
  costly: z.array(Proposal),
});
export type RuleProposals = z.output<typeof RuleProposals>;

export const ProposalQuery = z.object({
  scope: z.enum(['series', 'query', 'labels']).default('series'),
  match: z
    .string()
    .max(2000)
    .regex(/^[A-Za-z_]\w*=[^,]*(,[A-Za-z_]\w*=[^,]*)*$/, {
      error: 'Expected pairs such as host=a,service=api',
    })
    .optional()
    .describe('With scope=labels: labels that series must have, such as host=a,service=api'),
  weeks: z.coerce.number().int().min(1).max(26).default(4).describe('How much of the past counts'),
});

export const RuleChanged = z.object({ message: z.string(), rule_id: z.int() });

function isWeeklyHours(text: string): boolean {
  try {
    return parseWeeklyHours(text).weekdays.length > 0;
  } catch {
    return false;
  }
}
