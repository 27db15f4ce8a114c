import { formatDifference } from '../anomalies/format-value.ts';
import type { QuietRule } from './rule.ts';

/** A rule as a sentence without its subject: `deviations smaller than 3.4 %`. */
export function describeRule({ anomalyKind, condition }: QuietRule, unit = ''): string {
  const what = `anomalies of kind ${anomalyKind.replace('_', ' ')}`;
  if (condition.kind === 'min_deviation') {
    const { absolute, relative } = condition;
    const limits = [
      ...(absolute === undefined ? [] : [formatDifference(absolute, unit)]),
      ...(relative === undefined ? [] : [`${figure(100 * relative)} % of what is expected`]),
    ];
    return `deviations smaller than ${limits.join(' or ')}`;
  }
  if (condition.kind === 'direction') {
    return condition.direction === 'shape'
      ? `${what} inside the band`
      : `${what} ${condition.direction} what is expected`;
  }
  if (condition.kind === 'hours') {
    return `${what} of at most ${figure(condition.size)} ${sizeUnit(anomalyKind)} in ${condition.hours}`;
  }
  const { similarity, size, minutes, at } = condition;
  return `what is ${figure(100 * similarity)} % alike to that of ${at}, at most ${figure(size)} ${sizeUnit(anomalyKind)} and ${figure(minutes)} minutes`;
}

function sizeUnit(kind: QuietRule['anomalyKind']): string {
  return kind === 'deviation' ? 'widths of the band' : 'as deviation ratio';
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
