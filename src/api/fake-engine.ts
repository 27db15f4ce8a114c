import { SILENT } from '../base/logger.ts';
import type { LatestJudgement } from '../engine/engine.ts';
import { LiveHub } from '../engine/live-events.ts';
import type { EngineControl } from './dependencies.ts';

/** An engine that judges what it is given and remembers what it was asked. */
export class FakeEngine implements EngineControl {
  readonly hub = new LiveHub(SILENT);
  readonly judgements: LatestJudgement[] = [];
  readonly asked: string[] = [];
  readonly problems: string[] = [];
  listeners = 0;

  subscribe(listener: Parameters<LiveHub['subscribe']>[0]): () => void {
    this.listeners++;
    const end = this.hub.subscribe(listener);
    return () => {
      this.listeners--;
      end();
    };
  }

  status(): { running: true; problems: readonly string[] } {
    return { running: true, problems: this.problems };
  }

  latestJudgements(): Iterable<LatestJudgement> {
    return this.judgements;
  }

  notifyTrainingRequested(): void {
    this.asked.push('training');
  }

  notifyModelActivated(seriesId: number): void {
    this.asked.push(`activated ${seriesId}`);
  }

  notifyQueriesChanged(): void {
    this.asked.push('queries');
  }

  notifyContextChanged(): void {
    this.asked.push('context');
  }

  notifyRoutingChanged(): void {
    this.asked.push('routing');
  }
}
