import * as z from 'zod';

/*
 * Grafana's dashboard JSON (schema version 42) as far as ours use it: anything else, a key that is misspelt
 * included, is a mistake. Panels of Angular are not among the types.
 */
const Prometheus = z.strictObject({
  type: z.literal('prometheus'),
  uid: z.enum(['prometheus', '${results}']),
});
const Postgres = z.strictObject({
  type: z.literal('grafana-postgresql-datasource'),
  uid: z.literal('saimon-postgres'),
});
const Source = z.discriminatedUnion('type', [Prometheus, Postgres]);

const refId = z.string().min(1);
const PromqlTarget = z.strictObject({
  refId,
  datasource: Prometheus,
  expr: z.string().min(1),
  legendFormat: z.string(),
  format: z.literal('time_series'),
  instant: z.boolean(),
  range: z.boolean(),
});
const SqlTarget = z.strictObject({
  refId,
  datasource: Postgres,
  rawSql: z.string().min(1),
  format: z.literal('table'),
  rawQuery: z.literal(true),
  editorMode: z.literal('code'),
});
export const Target = z.union([PromqlTarget, SqlTarget]);

const colour = z.string().regex(/^(#[0-9A-F]{6}|green|orange|red|transparent)$/);
const Thresholds = z.strictObject({
  mode: z.literal('absolute'),
  steps: z
    .array(z.strictObject({ color: colour, value: z.number().nullable() }))
    .min(1)
    .refine(
      ([first, ...more]) => first?.value === null && more.every(({ value }) => value !== null),
      {
        error: 'only the first step has no value',
      },
    ),
});
const UNITS = ['short', 's', 'bytes', 'Bps', 'cps', 'reqps', 'percentunit'] as const;
const FieldConfig = z.strictObject({
  defaults: z.strictObject({
    unit: z.enum(UNITS).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    color: z.strictObject({ mode: z.enum(['thresholds', 'fixed']) }).optional(),
    thresholds: Thresholds.optional(),
    custom: z
      .strictObject({
        lineWidth: z.number().optional(),
        fillOpacity: z.number().min(0).max(100).optional(),
        showPoints: z.enum(['auto', 'never', 'always']).optional(),
        drawStyle: z.enum(['line', 'bars', 'points']).optional(),
        stacking: z.strictObject({ mode: z.enum(['none', 'normal', 'percent']) }).optional(),
        axisSoftMax: z.number().optional(),
        thresholdsStyle: z
          .strictObject({ mode: z.enum(['off', 'line', 'area', 'line+area']) })
          .optional(),
        filterable: z.boolean().optional(),
        align: z.literal('auto').optional(),
        inspect: z.boolean().optional(),
      })
      .optional(),
  }),
  overrides: z.array(
    z.strictObject({
      matcher: z.strictObject({ id: z.literal('byName'), options: z.string().min(1) }),
      properties: z.array(
        z.strictObject({
          id: z.enum([
            'color',
            'decimals',
            'mappings',
            'custom.cellOptions',
            'custom.fillBelowTo',
            'custom.fillOpacity',
            'custom.hideFrom',
            'custom.lineStyle',
            'custom.lineWidth',
            'custom.width',
          ]),
          value: z.unknown(),
        }),
      ),
    }),
  ),
});

const GRID_COLUMNS = 24;
const place = {
  id: z.int().min(1),
  title: z.string().min(1),
  gridPos: z
    .strictObject({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1), h: z.int().min(1) })
    .refine(({ x, w }) => x + w <= GRID_COLUMNS, { error: 'wider than the grid' }),
};
const drawn = {
  ...place,
  description: z.string().min(1),
  datasource: Source,
  transparent: z.boolean(),
  repeatDirection: z.literal('h'),
  fieldConfig: FieldConfig,
  targets: z.array(Target).min(1),
};
const Reduce = z.strictObject({
  calcs: z.tuple([z.literal('lastNotNull')]),
  fields: z.literal(''),
  values: z.literal(false),
});

export const Panel = z.discriminatedUnion('type', [
  z.strictObject({
    ...place,
    type: z.literal('row'),
    collapsed: z.boolean(),
    panels: z.array(z.never()),
  }),
  z.strictObject({
    ...drawn,
    type: z.literal('timeseries'),
    options: z.strictObject({
      legend: z.strictObject({
        displayMode: z.enum(['list', 'table']),
        placement: z.enum(['bottom', 'right']),
        showLegend: z.boolean(),
        calcs: z.array(z.string()),
      }),
      tooltip: z.strictObject({
        mode: z.enum(['single', 'multi', 'none']),
        sort: z.enum(['asc', 'desc', 'none']),
      }),
    }),
  }),
  z.strictObject({
    ...drawn,
    type: z.literal('stat'),
    options: z.strictObject({
      graphMode: z.enum(['none', 'area', 'line']),
      colorMode: z.enum(['value', 'background', 'none']),
      justifyMode: z.enum(['auto', 'center']),
      textMode: z.string(),
      wideLayout: z.boolean(),
      showPercentChange: z.boolean(),
      percentChangeColorMode: z.string(),
      orientation: z.enum(['auto', 'horizontal', 'vertical']),
      reduceOptions: Reduce,
    }),
  }),
  z.strictObject({
    ...drawn,
    type: z.literal('table'),
    options: z.strictObject({
      showHeader: z.boolean(),
      frameIndex: z.number().optional(),
      showTypeIcons: z.boolean().optional(),
      cellHeight: z.string().optional(),
      footer: z.unknown().optional(),
    }),
  }),
]);

const common = {
  name: z.string().regex(/^\w+$/),
  label: z.string().min(1),
  skipUrlSync: z.boolean(),
  multi: z.boolean(),
  allowCustomValue: z.boolean(),
  includeAll: z.boolean(),
  auto: z.boolean(),
  auto_min: z.string(),
  auto_count: z.int(),
  allValue: z.string().optional(),
  current: z
    .strictObject({ selected: z.boolean(), text: z.string(), value: z.string() })
    .optional(),
};
const Variable = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('datasource'), query: z.literal('prometheus') }),
  z.strictObject({
    ...common,
    type: z.literal('query'),
    datasource: Prometheus,
    query: z.strictObject({
      query: z.string().regex(/^(label_values\(\w+, \w+\)|query_result\(.+\))$/),
      refId,
    }),
    definition: z.string(),
    regex: z.string().optional(),
    refresh: z.literal([1, 2]),
    sort: z.int(),
  }),
]);

const Annotation = z.strictObject({
  name: z.string().min(1),
  enable: z.boolean(),
  hide: z.boolean(),
  iconColor: colour,
  builtIn: z.literal(0),
  placement: z.literal('inControlsMenu'),
  datasource: Postgres,
  target: SqlTarget,
});

export const Dashboard = z.strictObject({
  uid: z.string().regex(/^[a-z-]{8,40}$/),
  title: z.string().min(1),
  description: z.string().min(1),
  tags: z.array(z.string()),
  timezone: z.literal('browser'),
  editable: z.boolean(),
  graphTooltip: z.literal([0, 1, 2]),
  fiscalYearStartMonth: z.literal(0),
  schemaVersion: z.literal(42),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  refresh: z.string(),
  panels: z.array(Panel).min(1),
  templating: z.strictObject({ list: z.array(Variable) }),
  annotations: z.strictObject({ list: z.array(Annotation) }),
});
export type Dashboard = z.output<typeof Dashboard>;
