import type { Labels } from '../core/labels.ts';
import { SourceError } from '../sources/errors.ts';
import type {
  QueryProposal,
  RangeAnswer,
  RangeRequest,
  Source,
  SourceHealth,
} from '../sources/source.ts';

/** A source whose every series is its step number unless told otherwise; it refuses the expression `bad(` and can be away. */
export class FakeSource implements Source {
  readonly kind = 'prometheus';
  readonly asked: RangeRequest[] = [];
  away = false;
  labels: Labels[] = [{ instance: 'a' }];
  proposals: QueryProposal[] = [];
  valueAt: (timeMs: number, index: number) => number = (_, index) => index;

  async queryRange(request: RangeRequest): Promise<RangeAnswer> {
    this.#beThere();
    this.asked.push(request);
    const { expr, startMs, endMs, stepMs } = request;
    if (expr.startsWith('bad('))
      throw new SourceError('rejected', `Cannot ask "${expr}": parse error`);
    const length = Math.floor((endMs - startMs) / stepMs) + 1;
    const times = Float64Array.from({ length }, (_, index) => startMs + index * stepMs);
    const values = times.map(this.valueAt);
    return {
      series: this.labels.map((labels) => ({ labels, samples: { times, values } })),
      warnings: [],
    };
  }

  async health(): Promise<SourceHealth> {
    return this.away
      ? { healthy: false, detail: 'Cannot reach it: connection refused' }
      : { healthy: true, detail: 'Fake 1.0' };
  }

  async presets(): Promise<QueryProposal[]> {
    return [];
  }

  async discover(): Promise<QueryProposal[]> {
    this.#beThere();
    return this.proposals;
  }

  async close(): Promise<void> {}

  #beThere(): void {
    if (this.away) throw new SourceError('unreachable', 'Cannot reach it: connection refused');
  }
}
