import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine, type EpisodeState, type Evidence } from '../anomalies/episode-machine.ts';
import type { Judgement } from '../model/judgement.ts';

/** Part of one member in an entity's anomaly. */
export interface MemberShare {
  readonly member: number;
  /** 0..1; the shares of all members sum to 1. */
  readonly share: number;
}

/**
 * An entity's anomaly from its opening to its close: a `combination` where no member was anomalous by itself when it opened,
 * a `deviation` where one was or had just been, which then has an anomaly of its own.
 */
export interface JointEpisode extends Episode {
  /** The member that had the largest share when it opened: value, band and identity are this one's. */
  readonly leader: number;
  /** At the peak, largest first. */
  readonly shares: readonly MemberShare[];
}

type Blame = Pick<JointEpisode, 'openedAtMs' | 'leader' | 'shares' | 'kind'>;

/** A model at rest, as plain data beside its snapshot. */
export interface JointState {
  readonly episode: EpisodeState;
  readonly blame: Blame | null;
}

/** Who has what part in the latest row, asked for only when an anomaly begins or its peak rises. */
interface Accusation {
  /** The member that speaks where none has a share. */
  readonly first: number;
  readonly shares: readonly MemberShare[];
  readonly kind: JointEpisode['kind'];
}

interface RowEvidence extends Pick<Evidence, 'confidence' | 'ending'> {
  readonly accuse: () => Accusation;
}

/** The anomalies of an entity, one at a time, and which of its members stand behind them. */
export class JointEpisodes {
  readonly #machine: EpisodeMachine;
  #blame: Blame | undefined;
  #news: JointEpisode[] = [];

  constructor(stepMs: number) {
    this.#machine = new EpisodeMachine({ stepMs, openAfter: 'auto', closeAfter: 'auto' });
  }

  /** Whether one is open. */
  get open(): boolean {
    return this.#machine.open;
  }

  /** Of the latest one, open or not. */
  get leader(): number | undefined {
    return this.#blame?.leader;
  }

  /** As `leader`. */
  get kind(): JointEpisode['kind'] | undefined {
    return this.#blame?.kind;
  }

  /** When the outage began that was over at `timeMs`; undefined when none was. */
  outageOverAt(timeMs: number): number | undefined {
    return this.#machine.outageOverAt(timeMs);
  }

  /** Lets the latest row open, extend or close one. */
  raise(last: Readonly<Judgement>, { accuse, ...evidence }: RowEvidence): void {
    const votes = () => ({ combination: last.ratio });
    const changed = this.#machine.observe(last, { votes, ...evidence });
    if (changed?.peak.timeMs === last.timeMs) this.#blameFor(changed.openedAtMs, accuse());
    this.#report();
  }

  /** Opened, extended or closed since the last call, each in its latest form, oldest first. */
  drain(): JointEpisode[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** Closes what is open at `timeMs`: the entity is judged no longer. */
  end(timeMs: number): void {
    this.#machine.end(timeMs);
    this.#report();
  }

  state(): JointState {
    return { episode: this.#machine.state(), blame: this.#blame ?? null };
  }

  resume({ episode, blame }: JointState): void {
    this.#machine.resume(episode);
    this.#blame = blame ?? undefined;
  }

  /** Who led it when it opened, and what it was then, stays. */
  #blameFor(openedAtMs: number, { first, shares, kind }: Accusation): void {
    const before = this.#blame;
    if (before?.openedAtMs === openedAtMs) this.#blame = { ...before, shares };
    else this.#blame = { openedAtMs, leader: shares[0]?.member ?? first, shares, kind };
  }

  #report(): void {
    for (const episode of this.#machine.drain()) {
      if (!this.#blame) continue;
      const { leader, shares, kind } = this.#blame;
      const told = { ...episode, leader, shares, kind };
      const latest = this.#news.length - 1;
      if (this.#news[latest]?.openedAtMs === episode.openedAtMs) this.#news[latest] = told;
      else this.#news.push(told);
    }
  }
}
