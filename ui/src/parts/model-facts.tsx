import type { ModelList } from '../../../src/contract/model.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { moment } from '../format/time.ts';
import { Answered, Empty } from './notice.tsx';

/** The versions that judge a series now, and what each was fitted to. */
export function ModelFacts({ seriesId }: { readonly seriesId: number }) {
  const list = useAnswer<Wire<typeof ModelList>>(`/models?active_only=true&series_id=${seriesId}`);
  return (
    <section aria-labelledby="models">
      <h2 id="models">Its models</h2>
      <Answered of={list}>
        {({ models }) =>
          models.length === 0 ? (
            <Empty title="None yet">They come once it has enough samples.</Empty>
          ) : (
            <div class="scrolls card" tabIndex={0} role="group" aria-label="Its models">
              <table>
                <thead>
                  <tr>
                    <th>Detector</th>
                    <th>Version</th>
                    <th>Trained</th>
                    <th>In force since</th>
                    <th class="number">Samples fitted to</th>
                  </tr>
                </thead>
                <tbody>
                  {models.map((model) => (
                    <tr key={model.id}>
                      <td>{model.model_type.replaceAll('_', ' ')}</td>
                      <td>
                        <a href={`/models/${model.id}`}>{model.version}</a>
                      </td>
                      <td>{moment(model.trained_at)}</td>
                      <td>
                        {model.in_force_from === null
                          ? 'its first sample'
                          : moment(model.in_force_from)}
                        {model.activated_by === 'person' && ', chosen by a person'}
                      </td>
                      <td class="number">{samplesOf(model.performance_metrics)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answered>
    </section>
  );
}

function samplesOf({ samples }: Readonly<Record<string, unknown>>): string {
  return typeof samples === 'number' ? samples.toLocaleString('en') : '–';
}
