import { timeTicks } from './ticks.ts';
import type { ReportPage } from './titled-report.ts';
import { element, textElement } from './xml.ts';

const WIDTH = 1000;
const TOP = 22;
const LANE = 22;
const GAP = 10;
const MOST_TICKS = 8;
/** Something short is still to be seen. */
const LEAST_WIDTH = 3;

/** Incidents in a lane on top, and the pages of each report in one below. */
export function drawTimeline({ reports, zone, title }: ReportPage): string {
  const { startMs, endMs } = reports[0].report.range;
  const height = TOP + (reports.length + 1) * (LANE + GAP) + 8;
  const placeOf = (timeMs: number): number =>
    (WIDTH * (Math.min(Math.max(timeMs, startMs), endMs) - startMs)) / (endMs - startMs);
  const bar = (from: number, to: number, { lane, kind, text }: Bar): string => {
    const x = placeOf(from);
    const width = Math.max(LEAST_WIDTH, placeOf(to) - x);
    const y = TOP + lane * (LANE + GAP);
    const at = { x: x.toFixed(1), y, width: width.toFixed(1), height: LANE };
    return element('rect', { class: kind, ...at, rx: 2 }, textElement('title', {}, text));
  };
  const ticks = timeTicks({ from: startMs, to: endMs }, zone, MOST_TICKS).map(({ at, text }) => {
    const x = placeOf(at).toFixed(1);
    const line = element('path', { class: 'grid', d: `M${x},${TOP - 4}V${height}` });
    return line + textElement('text', { x, y: 12 }, text);
  });
  const [{ report }] = reports;
  const incidents = report.incidents.map(({ name, startMs: from, endMs: to }, i) => {
    const isFound = reports.some((one) => one.report.incidents[i].page !== undefined);
    return bar(from, to ?? endMs, { lane: 0, kind: isFound ? 'found' : 'missed', text: name });
  });
  const pages = reports.flatMap((one, lane) =>
    one.report.pages.map((page) => {
      const text = reports.length > 1 ? `${page.title} (${one.title})` : page.title;
      const kind = page.isTrue ? 'true' : 'false';
      return bar(page.openedAtMs, page.lastAtMs, { lane: lane + 1, kind, text });
    }),
  );
  const root = { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': title };
  return element('svg', root, `\n${[...ticks, ...incidents, ...pages].join('\n')}\n`);
}

interface Bar {
  readonly lane: number;
  readonly kind: 'found' | 'missed' | 'true' | 'false';
  /** Shown where the pointer rests on it. */
  readonly text: string;
}
