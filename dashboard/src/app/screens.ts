import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

export type ScreenGroup = 'Watch' | 'Govern' | 'Build' | 'Keep';

/** One page of the dashboard: an entry in the navigation, and a folder of `screens/`. */
export interface Screen {
  /** Its address, which every address below it belongs to as well. */
  readonly path: string;
  readonly label: string;
  readonly group: ScreenGroup;
  readonly View: LazyExoticComponent<ComponentType>;
}

/**
 * Every screen, in the order of the navigation; each is loaded when somebody goes there. The server answers its path with
 * the page: `server/src/http/routes/dashboard/screen-paths.ts`.
 */
export const SCREENS: readonly Screen[] = [
  {
    path: '/',
    label: 'Home',
    group: 'Watch',
    View: view(() => import('../screens/home/home.tsx').then((it) => it.Home)),
  },
  {
    path: '/requests',
    label: 'Requests',
    group: 'Watch',
    View: view(() => import('../screens/requests/requests.tsx').then((it) => it.Requests)),
  },
  {
    path: '/reliability',
    label: 'Reliability',
    group: 'Watch',
    View: view(() => import('../screens/reliability/reliability.tsx').then((it) => it.Reliability)),
  },
  {
    path: '/spend',
    label: 'Spend',
    group: 'Watch',
    View: view(() => import('../screens/spend/spend.tsx').then((it) => it.Spend)),
  },
  {
    path: '/keys',
    label: 'Keys & limits',
    group: 'Govern',
    View: view(() => import('../screens/keys/keys.tsx').then((it) => it.Keys)),
  },
  {
    path: '/providers',
    label: 'Providers & credentials',
    group: 'Govern',
    View: view(() => import('../screens/providers/providers.tsx').then((it) => it.Providers)),
  },
  {
    path: '/guardrails',
    label: 'Guardrails',
    group: 'Govern',
    View: view(() => import('../screens/guardrails/guardrails.tsx').then((it) => it.Guardrails)),
  },
  {
    path: '/cache',
    label: 'Cache',
    group: 'Govern',
    View: view(() => import('../screens/cache/cache.tsx').then((it) => it.Cache)),
  },
  {
    path: '/prompts',
    label: 'Prompts',
    group: 'Build',
    View: view(() => import('../screens/prompts/prompts.tsx').then((it) => it.Prompts)),
  },
  {
    path: '/evaluations',
    label: 'Evaluations',
    group: 'Build',
    View: view(() => import('../screens/evaluations/evaluations.tsx').then((it) => it.Evaluations)),
  },
  {
    path: '/workflows',
    label: 'Workflows',
    group: 'Build',
    View: view(() => import('../screens/workflows/workflows.tsx').then((it) => it.Workflows)),
  },
  {
    path: '/inbox',
    label: 'Inbox',
    group: 'Build',
    View: view(() => import('../screens/inbox/inbox.tsx').then((it) => it.Inbox)),
  },
  {
    path: '/logs',
    label: 'Logs',
    group: 'Keep',
    View: view(() => import('../screens/logs/logs.tsx').then((it) => it.Logs)),
  },
  {
    path: '/settings',
    label: 'Settings & audit',
    group: 'Keep',
    View: view(() => import('../screens/settings/settings.tsx').then((it) => it.Settings)),
  },
];

export const GROUPS: readonly ScreenGroup[] = ['Watch', 'Govern', 'Build', 'Keep'];

/** The screen of an address; undefined when there is none. */
export function screenOf(path: string): Screen | undefined {
  return SCREENS.find((screen) => path === screen.path || (screen.path !== '/' && path.startsWith(`${screen.path}/`)));
}

function view(load: () => Promise<ComponentType>): LazyExoticComponent<ComponentType> {
  return lazy(async () => ({ default: await load() }));
}
