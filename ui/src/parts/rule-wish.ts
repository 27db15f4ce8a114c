import type { PreviewedRule } from '../../../src/contract/rule.ts';
import { faultOfLines, labelsOfLines } from './label-lines.ts';

type Wish = Pick<PreviewedRule, 'anomaly_kind' | 'condition' | 'scope'>;

/** A rule as it is written: all of it text. */
export interface WrittenRule {
  readonly kind: Wish['anomaly_kind'];
  readonly about: 'query' | 'labels';
  readonly query: string;
  readonly labels: string;
  readonly way: 'min_deviation' | 'direction' | 'hours';
  readonly absolute: string;
  readonly percent: string;
  readonly direction: 'above' | 'below';
  readonly hours: string;
  readonly size: string;
}

export const UNWRITTEN: WrittenRule = {
  kind: 'deviation',
  about: 'query',
  query: '',
  labels: '',
  way: 'min_deviation',
  absolute: '',
  percent: '',
  direction: 'below',
  hours: '',
  size: '2',
};

/** The rule that is meant; undefined while something that it needs is missing. */
export function wishOf(written: WrittenRule): Wish | undefined {
  const condition = conditionOf(written);
  const scope = scopeOf(written);
  return condition && scope && { anomaly_kind: written.kind, condition, scope };
}

function conditionOf(written: WrittenRule): Wish['condition'] | undefined {
  const { way, direction, hours } = written;
  if (way === 'direction') return { kind: way, direction };
  if (way === 'hours') {
    const size = positive(written.size);
    return hours === '' || size === undefined ? undefined : { kind: way, hours, size };
  }
  const absolute = positive(written.absolute);
  const percent = positive(written.percent);
  if (absolute === undefined && percent === undefined) return undefined;
  return {
    kind: way,
    ...(absolute !== undefined && { absolute }),
    ...(percent !== undefined && { relative: percent / 100 }),
  };
}

function scopeOf({ about, query, labels }: WrittenRule): Wish['scope'] | undefined {
  if (about === 'query') return query === '' ? undefined : { kind: 'query', metric_name: query };
  const match = labelsOfLines(labels);
  const isUsable = faultOfLines(labels) === undefined && Object.keys(match).length > 0;
  return isUsable ? { kind: 'labels', match } : undefined;
}

function positive(text: string): number | undefined {
  const value = Number(text);
  return text !== '' && value > 0 ? value : undefined;
}
