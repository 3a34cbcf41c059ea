/** What a room may import besides itself; `types` marks rooms of which only types may be taken. */
export interface Room {
  readonly imports: readonly string[];
  readonly types?: readonly string[];
}

/** The import table of the house: every folder of server/src and every workspace, and whom it may import. */
export const ROOMS: Readonly<Record<string, Room>> = {
  kernel: { imports: [] },
  ports: { imports: ['kernel'] },
  protocols: { imports: ['kernel'], types: ['ports'] },
  pricing: { imports: ['kernel'] },
  config: { imports: ['kernel'] },
  gateway: { imports: ['kernel', 'ports', 'pricing'] },
  templates: { imports: ['kernel', 'ports'] },
  sanitize: { imports: ['kernel'] },
  schema: { imports: ['kernel', 'ports', 'sanitize'] },
  egress: { imports: ['kernel', 'ports'] },
  mcp: { imports: ['kernel', 'ports'] },
  providers: { imports: ['kernel', 'ports', 'protocols'] },
  guardrails: { imports: ['kernel', 'ports'] },
  storage: { imports: ['kernel', 'ports'] },
  'shared-state': { imports: ['kernel', 'ports'] },
  telemetry: { imports: ['kernel', 'ports'] },
  workers: { imports: ['kernel', 'ports'] },
  'log-sources': { imports: ['kernel', 'ports'] },
  features: { imports: ['kernel', 'ports', 'pricing', 'contract', 'sampler'] },
  http: { imports: ['kernel', 'ports', 'protocols', 'contract'], types: ['features'] },
  cli: { imports: ['kernel', 'config', 'contract'] },
  simulator: { imports: ['kernel'] },
  contract: { imports: [] },
  sampler: { imports: [], types: ['contract'] },
  dashboard: { imports: ['contract'] },
};

/** Places that may import everything: the composition root, the start, and what is not the product. */
const FREE_PLACES = new Set(['compose', 'main', 'bin', 'test', 'bench', 'scripts', 'examples', 'root']);

const WORKSPACE_PACKAGES: Readonly<Record<string, string>> = {
  '@weir/contract': 'contract',
  '@weir/sampler': 'sampler',
};

/** Backends that stand for each other behind one port; the code around them in their room knows none of them. */
export const BACKEND_FOLDER =
  /^server\/src\/(?:storage\/(?:sqlite|postgres|clickhouse)|shared-state\/(?:memory|redis))\//;

export function isFreePlace(room: string): boolean {
  return FREE_PLACES.has(room);
}

/** The room of a repository path: `server/src/kernel/ids.ts` is in `kernel`, `test/pins/codes.ts` in `test`. */
export function roomOfPath(path: string): string {
  const inServer = /^server\/src\/([^/]+?)(\.tsx?|\/.*)$/.exec(path);
  if (inServer?.[1]) return inServer[1];
  if (path.startsWith('server/bin/')) return 'bin';
  const [first, second] = path.split('/');
  return second === undefined ? 'root' : (first ?? 'root');
}

/** The room behind a package name, for the workspaces that import each other by name. */
export function roomOfPackage(specifier: string): string | undefined {
  const name = specifier.split('/').slice(0, 2).join('/');
  return WORKSPACE_PACKAGES[name];
}
