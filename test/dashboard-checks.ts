import { parser } from '@prometheus-io/lezer-promql';
import { Dashboard } from './dashboard-schema.ts';

/** What Grafana itself puts into a query. */
const BUILT_IN = ['__rate_interval', '__interval', '__range', '__timeFrom', '__timeTo'];

/** A query of a dashboard with where it stands. */
export interface AskedQuery {
  readonly where: string;
  readonly text: string;
  /** Whether the answer is one of the read API too: it asks for results only. */
  readonly ofResults: boolean;
}

/** Everything that is wrong with a dashboard. */
export function complaintsOf(given: unknown): string[] {
  const parsed = Dashboard.safeParse(given);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  }
  const dashboard = parsed.data;
  return [
    ...repeated(dashboard.panels.map(({ id }) => `panel ${id}`)),
    ...dashboard.panels.flatMap((panel) =>
      'targets' in panel
        ? repeated(panel.targets.map((target) => `${panel.title}: refId ${target.refId}`))
        : [],
    ),
    ...overlaps(dashboard),
    ...unknownVariables(dashboard),
    ...promqlOf(dashboard).flatMap(({ where, text }) => {
      const error = syntaxError(text);
      return error === undefined ? [] : [`${where}: ${error}`];
    }),
  ];
}

export function promqlOf({ panels, templating }: Dashboard): AskedQuery[] {
  const asked = panels.flatMap((panel) =>
    'targets' in panel
      ? panel.targets.flatMap((target) =>
          'expr' in target
            ? [
                {
                  where: `${panel.title} ${target.refId}`,
                  text: target.expr,
                  ofResults: target.datasource.uid === '${results}',
                },
              ]
            : [],
        )
      : [],
  );
  const variables = templating.list.flatMap((variable) => {
    if (variable.type !== 'query') return [];
    const text = /^(?:label_values\((\w+), \w+\)|query_result\((.+)\))$/.exec(variable.query.query);
    const ofResults = variable.datasource.uid === '${results}';
    return [{ where: `variable ${variable.name}`, text: text?.[1] ?? text?.[2] ?? '', ofResults }];
  });
  return [...variables, ...asked];
}

export function sqlOf({ panels, annotations }: Dashboard): Omit<AskedQuery, 'ofResults'>[] {
  const asked = panels.flatMap((panel) =>
    'targets' in panel
      ? panel.targets.flatMap((target) =>
          'rawSql' in target
            ? [{ where: `${panel.title} ${target.refId}`, text: target.rawSql }]
            : [],
        )
      : [],
  );
  return [
    ...asked,
    ...annotations.list.map(({ name, target }) => ({ where: name, text: target.rawSql })),
  ];
}

/** A query as Grafana sends it: variables in their place. */
export function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::(\w+))?\}|(\w+)(\(\))?)/g,
    (_, braced?: string, format?: string, bare?: string) => {
      const value = values[braced ?? bare ?? ''] ?? '';
      return format === 'sqlstring' ? `'${value.replaceAll("'", "''")}'` : value;
    },
  );
}

function repeated(names: readonly string[]): string[] {
  return names
    .filter((name, i) => names.indexOf(name) !== i)
    .map((name) => `${name} is there twice`);
}

function overlaps({ panels }: Dashboard): string[] {
  return panels.flatMap((a, i) =>
    panels.slice(i + 1).flatMap((b) => {
      const [p, q] = [a.gridPos, b.gridPos];
      const apart = p.x + p.w <= q.x || q.x + q.w <= p.x || p.y + p.h <= q.y || q.y + q.h <= p.y;
      return apart ? [] : [`${a.title} lies over ${b.title}`];
    }),
  );
}

function unknownVariables(dashboard: Dashboard): string[] {
  const known = new Set([...BUILT_IN, ...dashboard.templating.list.map(({ name }) => name)]);
  const texts = [
    ...dashboard.panels.map(({ title }) => title),
    ...promqlOf(dashboard).map(({ text }) => text),
    ...sqlOf(dashboard).map(({ text }) => text),
  ];
  return texts.flatMap((text) =>
    Array.from(text.matchAll(/\$\{?(\w+)/g), ([, name = '']) => name)
      // A group in a label_replace().
      .filter((name) => !known.has(name) && !/^\d+$/.test(name))
      .map((name) => `${text}: no variable ${name}`),
  );
}

/** Undefined where it is PromQL. */
function syntaxError(text: string): string | undefined {
  const values = { __rate_interval: '1m', series: 'for="x"', query: 'x', instance: '.*' };
  const query = filledIn(text, values);
  const tree = parser.parse(query);
  let error: string | undefined;
  tree.iterate({
    enter({ type, from }) {
      if (type.isError) error ??= `no PromQL at ${from} of ${query}`;
    },
  });
  return error;
}
