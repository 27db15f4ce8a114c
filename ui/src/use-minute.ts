import { useEffect, useState } from 'preact/hooks';

const MINUTE_MS = 60_000;

/** Now, to the minute: what is derived from it changes once a minute. */
export function useMinute(): number {
  const [minuteMs, setMinuteMs] = useState(thisMinute());
  useEffect(() => {
    const timer = setInterval(() => setMinuteMs(thisMinute()), MINUTE_MS / 6);
    return () => clearInterval(timer);
  }, []);
  return minuteMs;
}

function thisMinute(): number {
  return Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
}
