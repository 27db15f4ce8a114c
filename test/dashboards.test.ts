import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardFiles } from '../deploy/grafana/src/dashboards.ts';
import { complaintsOf } from './dashboard-checks.ts';

const FOLDER = join(import.meta.dirname, '../deploy/grafana/dashboards');
const names = readdirSync(FOLDER);
const shipped = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

describe('Grafana dashboards', () => {
  it('are those that their sources make', () => {
    expect(names.toSorted()).toEqual([...dashboardFiles().keys()].toSorted());
    for (const [name, text] of dashboardFiles()) {
      expect(shipped(name), 'Run: npm run docs:dashboards').toBe(text);
    }
  });

  it.each(names)('%s has no mistake', (name) => {
    expect(complaintsOf(JSON.parse(shipped(name)))).toEqual([]);
  });

  it('have the uids that others link to', () => {
    expect(names).toContain('saimon-anomalies.json');
  });

  it.each([
    ['a panel of Angular', '"type": "timeseries"', '"type": "graph"', 'panels.'],
    ['a key that is misspelt', '"legendFormat"', '"legendformat"', 'panels.'],
    ['PromQL that cannot be parsed', 'or vector(0)', 'or vector(0', 'no PromQL'],
    ['a variable that is not there', '$query', '$queery', 'no variable queery'],
    ['a data source that is not provisioned', '"uid": "saimon-postgres"', '"uid": "pg"', 'uid'],
    ['two panels of one id', '"id": 3', '"id": 2', 'panel 2 is there twice'],
    ['panels over each other', '"y": 23', '"y": 22', 'lies over'],
    ['two queries of one name', '"refId": "B"', '"refId": "A"', 'refId A is there twice'],
    ['an older format', '"schemaVersion": 42', '"schemaVersion": 14', 'schemaVersion'],
  ])('with %s are found out', (_, from, to, complaint) => {
    const text = shipped('saimon-anomalies.json');
    expect(text).toContain(from);
    expect(complaintsOf(JSON.parse(text.replace(from, to))).join('\n')).toContain(complaint);
  });
});
