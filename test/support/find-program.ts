import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that some suites need and that a machine may lack. */
export type OptionalProgram =
  | 'postgres'
  | 'redis'
  | 'chromium'
  | 'python'
  | 'jinja2'
  | 'clickhouse'
  | 'luajit'
  | 'scipy';

export const optionalPrograms: readonly OptionalProgram[] = [
  'postgres',
  'redis',
  'chromium',
  'python',
  'jinja2',
  'clickhouse',
  'luajit',
  'scipy',
];

const EXECUTABLES: Record<OptionalProgram, readonly string[]> = {
  postgres: ['postgres'],
  redis: ['redis-server', 'valkey-server'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  python: ['python3'],
  jinja2: ['python3'],
  clickhouse: ['clickhouse-server'],
  luajit: ['luajit'],
  scipy: ['python3'],
};

/** The absolute path of a program, or undefined when it is not installed; of `jinja2` and `scipy`, a Python that has it. */
export function findProgram(program: OptionalProgram): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...debianPostgresDirectories()];
  const candidates = EXECUTABLES[program].flatMap((name) => directories.map((directory) => join(directory, name)));
  return candidates.find(
    (path) => isExecutable(path) && (IMPORTS[program] === undefined || canRun(path, IMPORTS[program])),
  );
}

/** Packages of Python: the program is a Python that has them. */
const IMPORTS: Partial<Record<OptionalProgram, string>> = {
  jinja2: 'import jinja2; assert jinja2.__version__ > "3.1"',
  scipy: 'import scipy',
};

function canRun(python: string, statement: string): boolean {
  return spawnSync(python, ['-c', statement], { stdio: 'ignore' }).status === 0;
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
