import { expect, test } from 'vitest';
import type { LatestJudgement } from '../engine/engine.ts';
import { resultMetrics } from './result-metrics.ts';

const textOf = (judgements: LatestJudgement[]) => [...resultMetrics(judgements)].join('');

const judgement = {
  timeMs: 0,
  value: 1.5,
  expected: 1,
  lower: Number.NaN,
  upper: Number.POSITIVE_INFINITY,
  ratio: 2,
  flagged: true,
};

test('resultMetrics() writes five families, each series with its labels and its alias', () => {
  const text = textOf([{ ...judgement, alias: 'cpu', labels: { instance: 'a:9100' } }]);
  const samples = text.split('\n').filter((line) => !line.startsWith('#') && line !== '');
  expect(samples).toEqual([
    'saimon_anomaly_score{instance="a:9100",for="cpu"} 2',
    'saimon_y{instance="a:9100",for="cpu"} 1.5',
    'saimon_yhat{instance="a:9100",for="cpu"} 1',
    'saimon_yhat_lower{instance="a:9100",for="cpu"} NaN',
    'saimon_yhat_upper{instance="a:9100",for="cpu"} +Inf',
  ]);
  expect(text.match(/# TYPE /g)).toHaveLength(5);
});

test('resultMetrics() makes names legal and unique and escapes values', () => {
  const labels = {
    'a.b': '1',
    a_b: '2',
    '9x': '3',
    for: 'mine',
    __name__: 'up',
    path: 'C:\\"x"\n',
  };
  const [line] = textOf([{ ...judgement, alias: 'up', labels }])
    .split('\n')
    .filter((one) => one.startsWith('saimon_y{'));
  expect(line).toBe(
    'saimon_y{a_b="1",_a_b="2",_9x="3",_for="mine",path="C:\\\\\\"x\\"\\n",for="up"} 1.5',
  );
});

test('resultMetrics() says where results are when there are none', () => {
  expect(textOf([])).toMatch(/^# [^\n]+ \/metrics[^\n]+\n$/);
});
