import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardCursorSync,
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as FigureBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as CurvesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { PROMETHEUS } from './data-sources.ts';

/** Colours of severities, the same in every panel. */
export const SEVERITY_COLOURS = {
  low: '#5794F2',
  medium: '#FADE2A',
  high: '#FF9830',
  critical: '#F2495C',
} as const;

export interface PanelOptions {
  readonly title: string;
  readonly description: string;
  readonly source: DataSourceRef;
  /** Of a grid of 24 columns. */
  readonly span: number;
  readonly height: number;
  /** Grafana's name of a unit. */
  readonly unit?: string;
  readonly targets: readonly Builder<Dataquery>[];
}

/** Lines over time. */
export function curves(options: PanelOptions): CurvesBuilder {
  return new CurvesBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(options.source)
    .span(options.span)
    .height(options.height)
    .unit(options.unit ?? 'short')
    .targets([...options.targets])
    .lineWidth(1)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      // oxlint-disable-next-line unicorn/no-array-sort -- a setting, not an array
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    );
}

/** Bars on top of each other, coloured by severity. */
export function severityBars(options: PanelOptions): CurvesBuilder {
  const bars = curves(options)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  for (const [severity, colour] of Object.entries(SEVERITY_COLOURS)) {
    bars.overrideByName(severity, [
      { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: colour } },
    ]);
  }
  return bars;
}

/** One number, or one for each series. */
export function figure(options: PanelOptions): FigureBuilder {
  return new FigureBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(options.source)
    .span(options.span)
    .height(options.height)
    .unit(options.unit ?? 'short')
    .targets([...options.targets])
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(from({ green: null }));
}

export function table(options: PanelOptions): TableBuilder {
  return new TableBuilder()
    .title(options.title)
    .description(options.description)
    .datasource(options.source)
    .span(options.span)
    .height(options.height)
    .targets([...options.targets])
    .filterable(true)
    .showHeader(true);
}

/** Colours from values on; null is the lowest. */
export function from(steps: Readonly<Record<string, number | null>>): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(Object.entries(steps).map(([color, value]) => ({ color, value })));
}

/** Of what Prometheus scrapes, in the usual height. */
type ScrapedOptions = Omit<PanelOptions, 'source' | 'height'>;

export function scrapedFigure(options: ScrapedOptions): FigureBuilder {
  return figure({ ...options, source: PROMETHEUS, height: 4 });
}

export function scrapedCurves(options: ScrapedOptions): CurvesBuilder {
  return curves({ ...options, source: PROMETHEUS, height: 8 });
}

/** A dashboard with what all of ours share. */
export function dashboard(uid: string, title: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['saimon'])
    .timezone('browser')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .tooltip(DashboardCursorSync.Crosshair)
    .editable();
}
