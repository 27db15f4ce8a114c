import { CivilTime } from '../civil-time.ts';
import type { JointEpisode } from '../entity/joint-episodes.ts';
import { JointModel } from '../entity/joint-model.ts';
import { ModelsRow } from '../entity/member-row.ts';
import type { Judgement } from '../model/judgement.ts';
import type { SeriesPolicy } from '../model/policy.ts';
import type { ColumnReplay } from './column-replay.ts';

/** Several columns of one table judged together, a row at a time after the columns themselves. */
export class TableReplay {
  readonly joint: JointModel;
  readonly last: Readonly<Judgement>;
  readonly #columns: readonly ColumnReplay[];
  readonly #row: ModelsRow;
  readonly #episodes = new Map<number, JointEpisode>();

  constructor(columns: readonly ColumnReplay[], { stepMs, zone }: SeriesPolicy) {
    this.#columns = columns;
    const civil = new CivilTime(zone);
    this.joint = new JointModel([...columns.keys()], { stepMs, civil });
    this.last = this.joint.last;
    this.#row = new ModelsRow(columns.map(({ model }) => model));
  }

  /** Index of the column that deviates most. */
  readonly top = (): number => this.joint.top;

  /** Anomalies in their latest form, in the order in which they opened. */
  get episodes(): JointEpisode[] {
    return [...this.#episodes.values()];
  }

  absorb(timeMs: number): void {
    if (this.#row.gather(timeMs)) this.joint.absorb(timeMs, this.#row);
  }

  observe(timeMs: number): void {
    if (this.#row.gather(timeMs)) this.joint.observe(timeMs, this.#row);
    else this.joint.pass();
    for (const episode of this.joint.drain()) {
      this.#episodes.set(episode.openedAtMs, episode);
      if (episode.kind === 'combination') this.#columns[episode.leader].lead(episode);
    }
  }
}
