import type { Labels } from '../../core/labels.ts';
import { SourceError } from '../errors.ts';
import { compare } from './aggregate.ts';
import { mapColumns } from './binary.ts';
import {
  type Column,
  emptyColumn,
  fullColumn,
  isScalar,
  labelsWith,
  type Scalar,
  type Steps,
  uniteColumns,
  type Value,
} from './columns.ts';
import type { Call, Expression } from './expression.ts';
import { histogramQuantile } from './histogram-quantile.ts';
import { anchoredPattern } from './label-matcher.ts';
import { VALUE_FUNCTIONS } from './value-functions.ts';

/** What a function is given: its arguments as they were written and as they came out, text excepted. */
export interface Arguments {
  readonly call: Call;
  readonly values: readonly Value[];
  readonly steps: Steps;
}

type Kind = 'series' | 'number' | 'text' | 'time';

interface PlainFunction {
  readonly takes: readonly Kind[];
  /** How many of the last may be left out. */
  readonly optional?: number;
  apply(args: Arguments): Value;
}

/** Functions of values, beside those of windows. */
export const FUNCTIONS: ReadonlyMap<string, PlainFunction> = new Map<string, PlainFunction>([
  ...Array.from(VALUE_FUNCTIONS, ([name, known]): [string, PlainFunction] => [
    name,
    {
      takes: ['series', ...Array.from({ length: known.parameters[1] }, (): Kind => 'number')],
      optional: known.parameters[1] - known.parameters[0],
      apply: ({ values }) => {
        const [, ...bounds] = values.map((value) =>
          isScalar(value) ? value : new Float64Array(0),
        );
        return mapColumns(series(values, 0), false, (value, step) =>
          known.apply(
            value,
            bounds.map((bound) => bound[step] ?? Number.NaN),
          ),
        );
      },
    },
  ]),
  [
    'histogram_quantile',
    {
      takes: ['number', 'series'],
      apply: ({ values }) => histogramQuantile(scalar(values, 0), series(values, 1)),
    },
  ],
  ['time', { takes: [], apply: ({ steps }) => timesOf(steps) }],
  ['vector', { takes: ['number'], apply: ({ values }) => [fullColumn({}, scalar(values, 0))] }],
  [
    'scalar',
    { takes: ['series'], apply: ({ values, steps }) => asScalar(series(values, 0), steps) },
  ],
  ['absent', { takes: ['series'], apply: absent }],
  ['sort', { takes: ['series'], apply: ({ values }) => sorted(series(values, 0), 1) }],
  ['sort_desc', { takes: ['series'], apply: ({ values }) => sorted(series(values, 0), -1) }],
  ['label_replace', { takes: ['series', 'text', 'text', 'text', 'text'], apply: labelReplace }],
]);

/** Whether the arguments are such as a function takes: how many, and text where text is meant. */
export function fits({ takes, optional = 0 }: PlainFunction, args: readonly Expression[]): boolean {
  if (args.length > takes.length || args.length < takes.length - optional) return false;
  return args.every(({ kind }, i) => (kind === 'text') === (takes[i] === 'text'));
}

/** Applies a function. Throws SourceError `rejected` where it is given series for a number or the other way round. */
export function applyFunction(known: PlainFunction, args: Arguments): Value {
  const wrong = args.values.some(
    (value, i) => known.takes[i] !== 'text' && isScalar(value) !== (known.takes[i] === 'number'),
  );
  if (!wrong) return known.apply(args);
  const expected = known.takes.join(', ');
  throw new SourceError('rejected', `Cannot evaluate ${args.call.name}(...): it takes ${expected}`);
}

function scalar(values: readonly Value[], at: number): Scalar {
  const value = values[at];
  return value !== undefined && isScalar(value) ? value : new Float64Array(0);
}

function series(values: readonly Value[], at: number): readonly Column[] {
  const value = values[at];
  return value === undefined || isScalar(value) ? [] : value;
}

function timesOf({ startMs, stepMs, count }: Steps): Scalar {
  return Float64Array.from({ length: count }, (_, step) => (startMs + step * stepMs) / 1000);
}

/** The value of the only series at each step. */
function asScalar(columns: readonly Column[], { count }: Steps): Scalar {
  return Float64Array.from({ length: count }, (_, step) => {
    const there = columns.filter(({ present }) => present[step] === 1);
    return there.length === 1 ? (there[0]?.values[step] ?? Number.NaN) : Number.NaN;
  });
}

/** 1 where nothing is, with the labels that the selector asked for by equality. */
function absent({ call, values, steps }: Arguments): Column[] {
  const [argument] = call.args;
  const labels: Record<string, string> = {};
  if (argument?.kind === 'selector') {
    for (const { label, operator, value } of argument.matchers) {
      if (operator === '=' && label !== '__name__' && value !== '') labels[label] = value;
    }
  }
  const column = emptyColumn(labels, steps.count);
  const columns = series(values, 0);
  for (let step = 0; step < steps.count; step++) {
    if (columns.some(({ present }) => present[step] === 1)) continue;
    column.values[step] = 1;
    column.present[step] = 1;
  }
  return [column];
}

/** By the values of the last step, which is the only one of an instant query. */
function sorted(columns: readonly Column[], sign: 1 | -1): Column[] {
  return columns.toSorted((a, b) => compare(lastOf(a), lastOf(b), sign));
}

function lastOf({ values }: Column): number {
  return values.at(-1) ?? Number.NaN;
}

function labelReplace({ call, values }: Arguments): Column[] {
  const [to = '', replacement = '', from = '', source = ''] = call.args
    .slice(1)
    .map((arg) => (arg.kind === 'text' ? arg.value : ''));
  const pattern = patternOf(source);
  const relabelled = series(values, 0).map((column) => {
    const found = pattern.exec(column.labels[from] ?? '');
    return found
      ? { ...column, labels: labelsWith(column.labels, to, expand(replacement, found)) }
      : column;
  });
  return [...uniteColumns(relabelled, itself, 'several series have the same labels').values()];
}

function itself(labels: Labels): Labels {
  return labels;
}

function patternOf(source: string): RegExp {
  try {
    return anchoredPattern(source);
  } catch {
    throw new SourceError(
      'rejected',
      `Cannot evaluate label_replace(...): expected a regular expression that JavaScript knows too, not ${JSON.stringify(source)}`,
    );
  }
}

/** `$1` and `${name}` as the groups of a match. */
function expand(replacement: string, found: RegExpExecArray): string {
  return replacement.replace(/\$(?:(\w+)|\{(\w+)\})/g, (_, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? '';
    return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? '';
  });
}
