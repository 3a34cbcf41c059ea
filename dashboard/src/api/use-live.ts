import { useEffect, useRef } from 'react';

/** Something that happened on the server: a call that settled, an object that changed. */
export interface LiveEvent {
  /** The name of the server-sent event, such as `call`. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: every kind of event has its own shape, which its reader states
  readonly data: any;
}

type Listener = (event: LiveEvent) => void;

/** The kinds of events of `/api/v1/live`. */
const KINDS = ['call', 'change', 'skipped'];

const listenersByName = new Map<string, Set<Listener>>();
let source: EventSource | undefined;

/**
 * Calls `listener` for each live event of these names while the component is shown. `change` is every change, `change:key`
 * one of a kind of object.
 */
export function useLive(names: readonly string[], listener: Listener): void {
  const latest = useRef(listener);
  latest.current = listener;
  const key = names.join(' ');
  useEffect(() => onLive(key.split(' '), (event) => latest.current(event)), [key]);
}

/** As `useLive`, outside components; the function given back ends it. One connection serves all. */
export function onLive(names: readonly string[], listener: Listener): () => void {
  for (const name of names) {
    const listeners = listenersByName.get(name) ?? new Set();
    listenersByName.set(name, listeners.add(listener));
  }
  connect();
  return () => {
    for (const name of names) listenersByName.get(name)?.delete(listener);
  };
}

/** Ends the connection when nobody is signed in; the next listener opens another. */
export function closeLive(): void {
  source?.close();
  source = undefined;
}

function connect(): void {
  if (source !== undefined && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource('/api/v1/live');
  for (const kind of KINDS) source.addEventListener(kind, (message) => tell(kind, message));
}

function tell(kind: string, message: MessageEvent<string>): void {
  const data = JSON.parse(message.data);
  // Whoever missed events cannot know which: everything is read again.
  const names =
    kind === 'skipped'
      ? [...listenersByName.keys()].filter((name) => name !== 'call')
      : [kind, `${kind}:${data.object}`];
  for (const name of names) {
    for (const listener of listenersByName.get(name) ?? []) listener({ name: kind, data });
  }
}
