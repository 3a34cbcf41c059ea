import { useEffect, useRef } from 'react';

/** Something that happened on the server: a call that settled, an object that changed. */
export interface LiveEvent {
  /** The name of the server-sent event, such as `call`. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: every kind of event has its own shape, which its reader states
  readonly data: any;
}

type Listener = (event: LiveEvent) => void;

const byName = new Map<string, Set<Listener>>();
const attached = new Set<string>();
let source: EventSource | undefined;

/** Calls `listener` for each live event of these names while the component is shown. */
export function useLive(names: readonly string[], listener: Listener): void {
  const latest = useRef(listener);
  latest.current = listener;
  const key = names.join(' ');
  useEffect(() => onLive(key.split(' '), (event) => latest.current(event)), [key]);
}

/** As `useLive`, outside components; the function given back ends it. One connection serves all. */
export function onLive(names: readonly string[], listener: Listener): () => void {
  for (const name of names) {
    const listeners = byName.get(name) ?? new Set();
    byName.set(name, listeners.add(listener));
    attach(name);
  }
  return () => {
    for (const name of names) byName.get(name)?.delete(listener);
  };
}

/** Ends the connection when nobody is signed in; the next listener opens another. */
export function closeLive(): void {
  source?.close();
  source = undefined;
  attached.clear();
}

function attach(name: string): void {
  if (source === undefined || source.readyState === EventSource.CLOSED) {
    attached.clear();
    source = new EventSource('/api/v1/live');
  }
  for (const wanted of [name, ...byName.keys()]) {
    if (attached.has(wanted)) continue;
    attached.add(wanted);
    source.addEventListener(wanted, (message) => tell(wanted, message));
  }
}

function tell(name: string, message: MessageEvent<string>): void {
  const event = { name, data: message.data === '' ? undefined : JSON.parse(message.data) };
  for (const listener of byName.get(name) ?? []) listener(event);
}
