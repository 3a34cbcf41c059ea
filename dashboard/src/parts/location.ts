import { useSyncExternalStore } from 'react';

const MOVED = 'weir:moved';

export interface Place {
  readonly path: string;
  /** `/requests/req_1` is ['requests', 'req_1']. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** Where the person is; changes with history. */
export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const [path = '/', search = ''] = href.split('?', 2);
  return {
    path,
    segments: path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent),
    query: new URLSearchParams(search),
  };
}

/** Goes to a page of the dashboard; `replace` leaves no step to go back to. */
export function goTo(href: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace === true) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  dispatchEvent(new Event(MOVED));
}

/** One parameter of the address, so that a filter can be linked to; '' when absent. */
export function useQueryParameter(name: string): [value: string, set: (value: string) => void] {
  const { query } = usePlace();
  return [
    query.get(name) ?? '',
    (value) => {
      const next = new URLSearchParams(location.search);
      if (value === '') next.delete(name);
      else next.set(name, value);
      goTo(`${location.pathname}${next.size === 0 ? '' : `?${next}`}`, { replace: true });
    },
  ];
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(MOVED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(MOVED, listener);
  };
}
