import { useState } from 'preact/hooks';
import type { ChannelList } from '../../../src/contract/channel.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { ChannelCard } from '../parts/channel-card.tsx';
import { ChannelForm } from '../parts/channel-form.tsx';
import { DeliveryHistory } from '../parts/delivery-history.tsx';
import { Answered, Empty } from '../parts/notice.tsx';

/** Where messages go, and what became of them. */
export function ChannelsPage({ address }: { readonly address: URL }) {
  const list = useAnswer<Wire<typeof ChannelList>>('/channels');
  const [isAdding, setAdding] = useState(false);
  const channels = list.answer?.channels ?? [];
  return (
    <>
      <div class="titled">
        <h1>Channels</h1>
        <button type="button" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
          {isAdding ? 'Close' : 'Add a channel'}
        </button>
      </div>
      {isAdding && <ChannelForm />}
      <Answered of={list}>
        {() =>
          channels.length === 0 ? (
            <Empty title="Nobody is told of anything">
              Add a channel here, or under <code>notify.channels</code> of the configuration.
            </Empty>
          ) : (
            <ul class="cards">
              {channels.map((channel) => (
                <ChannelCard key={channel.name} channel={channel} />
              ))}
            </ul>
          )
        }
      </Answered>
      <DeliveryHistory address={address} channels={channels.map(({ name }) => name)} />
    </>
  );
}
