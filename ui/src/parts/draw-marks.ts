import type uPlot from 'uplot';
import { drawnColour } from './drawn-colour.ts';

/** A span of time that is shaded, in epoch milliseconds: an anomaly, or planned work. */
export interface Shade {
  readonly startMs: number;
  readonly endMs: number;
  readonly tone: 'low' | 'medium' | 'high' | 'critical' | 'planned';
}

/** A moment with a name: a declared event. */
export interface Mark {
  readonly timeMs: number;
  readonly text: string;
}

export interface Marks {
  readonly shades: readonly Shade[];
  readonly marks: readonly Mark[];
}

/** Draws shaded spans, to be called before the curves are. */
export function drawShades(chart: uPlot, shades: readonly Shade[]): void {
  const { ctx, bbox } = chart;
  const edge = 3 * devicePixelRatio;
  ctx.save();
  for (const { startMs, endMs, tone } of shades) {
    const from = Math.max(bbox.left, chart.valToPos(startMs, 'x', true));
    const to = Math.min(bbox.left + bbox.width, chart.valToPos(endMs, 'x', true));
    if (to < bbox.left || from > bbox.left + bbox.width) continue;
    // A short one stays visible however long the span.
    const width = Math.max(edge, to - from);
    ctx.fillStyle = drawnColour(chart.root, `--${tone}`);
    ctx.globalAlpha = 0.16;
    ctx.fillRect(from, bbox.top, width, bbox.height);
    ctx.globalAlpha = 0.9;
    ctx.fillRect(from, bbox.top, width, edge);
  }
  ctx.restore();
}

/** Draws a line at each moment, and above it its name where there is `room` for one. */
export function drawMarks(chart: uPlot, marks: readonly Mark[], room: boolean): void {
  const { ctx, bbox } = chart;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = drawnColour(chart.root, '--ink');
  ctx.fillStyle = ctx.strokeStyle;
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  ctx.setLineDash([2 * scale, 3 * scale]);
  let freeFrom = bbox.left;
  for (const { timeMs, text } of marks.toSorted((a, b) => a.timeMs - b.timeMs)) {
    const at = chart.valToPos(timeMs, 'x', true);
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    const { width } = ctx.measureText(text);
    const from = Math.min(at, bbox.left + bbox.width - width);
    // A name that would cover the one before is left out: its line remains.
    if (!room || from < freeFrom) continue;
    ctx.fillText(text, from, bbox.top);
    freeFrom = from + width + 8 * scale;
  }
  ctx.restore();
}
