import type { ModelList } from '../../../src/contract/model.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { CostFacts } from '../parts/cost-facts.tsx';
import { JobProgress } from '../parts/job-progress.tsx';
import { ModelVersions } from '../parts/model-versions.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';

/** Three detectors of twenty series. */
const ROWS = 60;

/** Versions in force, what they cost, and what is being trained. */
export function ModelsPage({ address }: { readonly address: URL }) {
  const skip = address.searchParams.get('skip') ?? '0';
  const list = useAnswer<Wire<typeof ModelList>>(
    `/models?active_only=true&limit=${ROWS}&skip=${skip}`,
  );
  return (
    <>
      <h1>Models</h1>
      <CostFacts />
      <JobProgress />
      <section aria-labelledby="force">
        <h2 id="force">Versions in force</h2>
        <Answered of={list}>
          {({ models, ...page }) => (
            <>
              {models.length === 0 ? (
                <Empty title="None yet">
                  A series has its first versions once it has enough samples: see the{' '}
                  <a href="/series?state=learning">series</a> that learn.
                </Empty>
              ) : (
                <ModelVersions models={models} />
              )}
              <Pager address={address} page={page} />
            </>
          )}
        </Answered>
      </section>
    </>
  );
}
