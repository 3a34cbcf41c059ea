import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that some suites need and that a machine may lack. */
export type OptionalProgram = 'postgres' | 'redis' | 'chromium' | 'python' | 'clickhouse' | 'luajit' | 'scipy';

export const optionalPrograms: readonly OptionalProgram[] = [
  'postgres',
  'redis',
  'chromium',
  'python',
  'clickhouse',
  'luajit',
  'scipy',
];

const EXECUTABLES: Record<OptionalProgram, readonly string[]> = {
  postgres: ['postgres'],
  redis: ['redis-server', 'valkey-server'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  python: ['python3'],
  clickhouse: ['clickhouse-server'],
  luajit: ['luajit'],
  scipy: ['python3'],
};

/** Where Debian's python3-scipy stands; only Debian's own Python looks there. */
const DEBIAN_SCIPY = '/usr/lib/python3/dist-packages/scipy';

/** The absolute path of a program, or undefined when it is not installed. For scipy: of the Python that has it. */
export function findProgram(program: OptionalProgram): string | undefined {
  if (program === 'scipy') return existsSync(DEBIAN_SCIPY) ? '/usr/bin/python3' : undefined;
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...debianPostgresDirectories()];
  const candidates = EXECUTABLES[program].flatMap((name) => directories.map((directory) => join(directory, name)));
  return candidates.find(isExecutable);
}

/** Debian keeps the PostgreSQL server out of PATH, one directory per major version; the newest comes first. */
function debianPostgresDirectories(): string[] {
  const root = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
