import type { Costs } from '../../../src/contract/costs.ts';
import { useAnswer } from '../api/use-answer.ts';
import { quantity } from '../format/quantity.ts';
import { Fact } from './fact.tsx';
import { Answered } from './notice.tsx';

/** What a series costs in the mean. */
export function CostFacts() {
  const costs = useAnswer<Costs>('/costs');
  return (
    <Answered of={costs}>
      {(one) => (
        <dl class="facts-grid">
          <Fact name="Versions in force">{one.models_in_force.toLocaleString('en')}</Fact>
          <Fact name="Models, a series">{quantity(one.model_bytes_per_series, 'bytes')}</Fact>
          <Fact name="Learned state, a series">
            {quantity(one.state_bytes_per_series, 'bytes')}
          </Fact>
          <Fact name="Detection, a sample">
            {quantity(seconds(one.detection_us_per_sample, 1e6), 'seconds')}
          </Fact>
          <Fact name="Training, a series">
            {quantity(seconds(one.training_ms, 1e3), 'seconds')}
          </Fact>
        </dl>
      )}
    </Answered>
  );
}

function seconds(value: number | null, perSecond: number): number | null {
  return value === null ? null : value / perSecond;
}
