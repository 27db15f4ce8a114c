import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import type { IncidentList } from '../../../src/contract/incident.ts';
import type { SeriesList } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { HealthFacts } from '../parts/health-facts.tsx';
import { HeatSection } from '../parts/heat-section.tsx';
import { LearningSection } from '../parts/learning-section.tsx';
import { Answered } from '../parts/notice.tsx';
import { OpenTroubles } from '../parts/open-troubles.tsx';

const MOST = 100;

/** Is everything normal now? */
export function OverviewPage({ address }: { readonly address: URL }) {
  const open = useAnswer<Wire<typeof AnomalyList>>(`/anomalies?status=open&limit=${MOST}`);
  const series = useAnswer<Wire<typeof SeriesList>>('/series?limit=1');
  const incidents = useAnswer<Wire<typeof IncidentList>>(`/incidents?limit=${MOST}`);
  const unresolved =
    incidents.answer?.incidents.filter(({ status }) => status !== 'resolved') ?? [];
  const active = unresolved.filter(({ ended_at: end }) => end === null);
  return (
    <>
      <Answered of={open}>
        {(list) =>
          list.total > 0 ? (
            <OpenTroubles open={list} incidents={active} />
          ) : (
            series.answer && (
              <Calm judges={(series.answer.by_state.ready ?? 0) > 0} quiet={unresolved.length} />
            )
          )
        }
      </Answered>
      <HeatSection address={address} />
      <LearningSection />
      <HealthFacts />
    </>
  );
}

interface CalmProps {
  /** Whether any series is ready; without one, nothing open says nothing. */
  readonly judges: boolean;
  /** Incidents whose anomalies have ended, but which others would still join. */
  readonly quiet: number;
}

function Calm({ judges, quiet }: CalmProps) {
  return (
    <section aria-labelledby="verdict">
      <h1 id="verdict" class={judges ? 'verdict calm' : 'verdict'} aria-live="polite">
        {judges ? 'Everything is normal' : 'Nothing is judged yet'}
      </h1>
      {judges ? (
        <p class="soft">
          No anomaly is open.{' '}
          {quiet > 0 && (
            <>
              <a href="/incidents?status=open">
                {quiet} {quiet === 1 ? 'incident' : 'incidents'}
              </a>{' '}
              will be over soon.{' '}
            </>
          )}
          What was unusual before is under <a href="/anomalies">anomalies</a>.
        </p>
      ) : (
        <p class="soft">No series has learned enough: below stands when each will be ready.</p>
      )}
    </section>
  );
}
