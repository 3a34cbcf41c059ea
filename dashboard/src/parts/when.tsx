import { useSyncExternalStore } from 'react';

const EVERY_MS = 5000;
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const FULL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** An instant (epoch ms or ISO 8601): `3 min. ago`, or with `clock` `14:03:22`; the full date is in its title. */
export function When({ at, clock = false }: { readonly at: number | string; readonly clock?: boolean }) {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const now = useNow();
  return (
    <time dateTime={new Date(ms).toISOString()} title={FULL.format(ms)} className="number">
      {clock && Math.abs(now - ms) < 86_400_000 ? CLOCK.format(ms) : ago(ms - now)}
    </time>
  );
}

function ago(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return 'now';
  if (size < 60) return RELATIVE.format(seconds, 'second');
  if (size < 3600) return RELATIVE.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return RELATIVE.format(Math.round(seconds / 3600), 'hour');
  return RELATIVE.format(Math.round(seconds / 86_400), 'day');
}

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for the page, so that a long table does not start a timer per row. */
function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
