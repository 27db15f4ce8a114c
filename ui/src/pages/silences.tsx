import { useState } from 'preact/hooks';
import type { SilenceList } from '../../../src/contract/silence.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { go, withParameters } from '../navigation.ts';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { SilenceCard } from '../parts/silence-card.tsx';
import { SilenceForm } from '../parts/silence-form.tsx';
import { matchersOf } from '../parts/silence-matchers.ts';

const ROWS = 50;
const SHOWN = { '': 'Active and to come', all: 'Those that are over too' };

/** What is kept quiet for a time; an address with matchers has the form filled in. */
export function SilencesPage({ address }: { readonly address: URL }) {
  const show = address.searchParams.get('show') ?? '';
  const skip = address.searchParams.get('skip') ?? '0';
  const active = show === 'all' ? '' : '&active=true';
  const list = useAnswer<Wire<typeof SilenceList>>(`/silences?limit=${ROWS}&skip=${skip}${active}`);
  const matchers = matchersOf(address);
  const asked = matchers.length > 0;
  const [isAdding, setAdding] = useState(false);
  const isOpen = isAdding || asked;
  return (
    <>
      <div class="titled">
        <h1>Silences</h1>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => {
            setAdding(!isOpen);
            if (asked) go('/silences');
          }}
        >
          {isOpen ? 'Close' : 'Add a silence'}
        </button>
      </div>
      {isOpen && <SilenceForm key={address.search} matchers={matchers} />}
      <form class="filters silences-shown" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="Show"
          value={show}
          choices={SHOWN}
          onChoose={(value) => go(withParameters(address, { show: value, skip: '' }))}
        />
      </form>
      <Answered of={list}>
        {({ silences, ...page }) => (
          <>
            {silences.length === 0 ? (
              <Empty title="Nothing is silenced">
                What a silence meets is recorded, but tells nobody while it lasts. Planned work is
                better declared in the <a href="/calendar">calendar</a>: nothing is learned of it.
              </Empty>
            ) : (
              <ul class="cards">
                {silences.map((silence) => (
                  <SilenceCard key={silence.id} silence={silence} />
                ))}
              </ul>
            )}
            <Pager address={address} page={page} />
          </>
        )}
      </Answered>
    </>
  );
}
