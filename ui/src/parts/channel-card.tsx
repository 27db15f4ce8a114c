import { useState } from 'preact/hooks';
import type { Channel, ChannelTested } from '../../../src/contract/channel.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import type { Wire } from '../api/wire.ts';
import { moment, span } from '../format/time.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { Problem } from './problem.tsx';

/** One channel: how it is reached, what is sent to it, how that goes; with a test. */
export function ChannelCard({ channel }: { readonly channel: Channel }) {
  const { name, type, settings, origin, routes, queued, failed, problem } = channel;
  const history = `/channels?channel=${encodeURIComponent(name)}`;
  return (
    <li class={`card channel ${problem === null ? '' : 'ailing'}`}>
      <p class="top">
        <strong>{name}</strong> <span class="mark">{type}</span>
      </p>
      <p class="facts soft">
        {Object.entries(settings).map(([key, value]) => (
          <span key={key}>
            {key.replaceAll('_', ' ')} <code>{textOf(value)}</code>
          </span>
        ))}
      </p>
      {routes.length === 0 ? (
        <p class="lost">No route leads to it: it is sent nothing but tests.</p>
      ) : (
        <ul>
          {routes.map((route) => (
            <li key={route.name}>{routeWords(route)}</li>
          ))}
        </ul>
      )}
      {problem !== null && <p class="lost">Not sent lately: {problem}</p>}
      <p class="facts soft">
        <span>
          {channel.last_sent_at === null
            ? 'nothing was sent yet'
            : `last sent ${moment(channel.last_sent_at)}`}
        </span>
        {queued > 0 && <a href={`${history}&status=queued`}>{queued} to be sent</a>}
        {failed > 0 && <a href={`${history}&status=failed`}>{failed} given up</a>}
        <span>{origin === 'config' ? 'of the configuration' : `by ${channel.created_by}`}</span>
      </p>
      <ChannelButtons channel={channel} />
    </li>
  );
}

function ChannelButtons({ channel: { name, origin } }: { readonly channel: Channel }) {
  const action = useAction();
  const [tested, setTested] = useState<Wire<typeof ChannelTested>>();
  const path = `/channels/${encodeURIComponent(name)}`;
  const test = async (): Promise<void> => {
    setTested(undefined);
    setTested(await change<Wire<typeof ChannelTested>>(asMe(`${path}/test`)));
  };
  return (
    <div class="buttons" role="group" aria-label={`What to do with ${name}`}>
      <button type="button" disabled={action.running} onClick={() => action.run(test)}>
        {action.running ? 'Sending…' : 'Send a test'}
      </button>
      {origin === 'api' && (
        <ConfirmButton
          label="Remove"
          question="Nothing is sent to it any more:"
          disabled={action.running}
          onConfirm={() => action.run(() => change(asMe(path), { method: 'DELETE' }))}
        />
      )}
      <span role="status">
        {tested !== undefined && (
          <span class={tested.outcome === 'sent' ? 'went-well' : 'lost'}>
            {tested.outcome === 'sent' ? 'The test was sent' : 'The test was not sent'}
            {tested.reason !== null && `: ${tested.reason}`}
          </span>
        )}
      </span>
      <Problem of={action} />
    </div>
  );
}

/** Which incidents a route lets through, and how often they are told. */
function routeWords(route: Channel['routes'][number]): string {
  const { min_severity: severity, matchers, min_confidence: confidence } = route;
  const { group_wait_seconds: wait, cooldown_seconds: cooldown } = route;
  const which = { low: 'All incidents', critical: 'Critical incidents' }[severity as string];
  return [
    which ?? `Incidents that are ${severity} or worse`,
    ...(matchers.length > 0 ? [`with ${matchers.join(' and ')}`] : []),
    ...(confidence > 0 ? [`confidence ${confidence} and more`] : []),
    wait === 0 ? 'at once' : `gathered for ${span(wait)} below high`,
    `then at most every ${span(cooldown)}`,
  ].join(', ');
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
