import type { Model, ModelList } from '../../../src/contract/model.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { comparisonOf } from '../format/comparison.ts';
import { moment } from '../format/time.ts';
import { CostFacts } from '../parts/cost-facts.tsx';
import { JobProgress } from '../parts/job-progress.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';

const ROWS = 50;

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
                <VersionsInForce models={models} />
              )}
              <Pager address={address} page={page} />
            </>
          )}
        </Answered>
      </section>
    </>
  );
}

function VersionsInForce({ models }: { readonly models: readonly Model[] }) {
  return (
    <div class="scrolls card" tabIndex={0} role="group" aria-label="Versions in force">
      <table>
        <thead>
          <tr>
            <th>Model</th>
            <th>Version</th>
            <th>Trained</th>
            <th class="number">False alarms, of the one before</th>
            <th>Chosen by</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => {
            const comparison = comparisonOf(model);
            return (
              <tr key={model.id}>
                <td>
                  <a href={`/models/${model.id}`}>{model.name.replaceAll('_forest', ' forest')}</a>
                </td>
                <td>{model.version}</td>
                <td>{moment(model.trained_at)}</td>
                <td class="number">
                  {comparison?.challenger ?? '–'}, {comparison?.champion ?? '–'}
                </td>
                <td>{model.activated_by ?? '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
