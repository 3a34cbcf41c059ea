import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../../server/src/simulator/pacing.ts';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

/** A ClickHouse server of the test's own, on free ports of 127.0.0.1, in a directory that goes with it. */
export interface ClickHouse {
  readonly url: string;
  /** The answer as tab-separated text, without the last line's end. */
  ask(query: string): Promise<string>;
  remove(): Promise<void>;
}

const START_LIMIT_MS = 30_000;
const NEVER = new AbortController().signal;

export async function startClickHouse(): Promise<ClickHouse> {
  const directory = mkdtempSync(join(tmpdir(), 'clickhouse-'));
  const [http, tcp] = [await freePort(), await freePort()];
  mkdirSync(join(directory, 'tmp'));
  writeFileSync(join(directory, 'users.xml'), USERS);
  writeFileSync(join(directory, 'config.xml'), configuration({ directory, http, tcp }));
  const server = spawn(findProgram('clickhouse') ?? '', [`--config-file=${join(directory, 'config.xml')}`], {
    cwd: directory,
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${http}`;
  const until = performance.now() + START_LIMIT_MS;
  while (!(await answers(base))) {
    if (server.exitCode !== null || performance.now() > until) throw new Error('ClickHouse does not start.');
    await pause(50, NEVER);
  }
  return {
    url: `http://default:@127.0.0.1:${http}/default`,
    async ask(query) {
      return (await (await fetch(base, { method: 'POST', body: query })).text()).trimEnd();
    },
    async remove() {
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function answers(base: string): Promise<boolean> {
  try {
    return (await fetch(base)).ok;
  } catch {
    return false;
  }
}

function configuration({ directory, http, tcp }: { directory: string; http: number; tcp: number }): string {
  return `<yandex><logger><level>none</level></logger><http_port>${http}</http_port><tcp_port>${tcp}</tcp_port>
<listen_host>127.0.0.1</listen_host><path>${directory}/</path><tmp_path>${directory}/tmp/</tmp_path>
<users_config>${directory}/users.xml</users_config><mark_cache_size>104857600</mark_cache_size>
<default_profile>default</default_profile><default_database>default</default_database></yandex>`;
}

const USERS = `<yandex><profiles><default></default></profiles><users><default><password></password>
<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default></users>
<quotas><default></default></quotas></yandex>`;
