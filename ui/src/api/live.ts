type EventName = 'open' | 'anomaly' | 'series' | 'training';
type Listener = () => void;

const NAMES: readonly EventName[] = ['open', 'anomaly', 'series', 'training'];
const GATHER_MS = 400;
/** What follows from an event, such as the incident of an anomaly, is written a moment after it. */
const AFTERWARDS_MS = 2500;
const ANYWAY_MS = 15_000;

const listeners = new Set<Listener>();
let stream: EventSource | undefined;
let gathering: ReturnType<typeof setTimeout> | undefined;
let afterwards: ReturnType<typeof setTimeout> | undefined;

/** Calls `listener` soon after something happened, and every 15 s that the page is looked at; gives its end. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  stream ??= listen();
  return () => listeners.delete(listener);
}

function listen(): EventSource {
  const opened = new EventSource('/api/v1/stream');
  for (const name of NAMES) opened.addEventListener(name, soon);
  setInterval(() => {
    if (!document.hidden) tell();
  }, ANYWAY_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) soon();
  });
  return opened;
}

/** Many changes at once are one. */
function soon(): void {
  gathering ??= setTimeout(() => {
    gathering = undefined;
    tell();
  }, GATHER_MS);
  clearTimeout(afterwards);
  afterwards = setTimeout(tell, AFTERWARDS_MS);
}

/** Has everything shown asked for again: the reader changed something. */
export function tell(): void {
  for (const listener of listeners) listener();
}
