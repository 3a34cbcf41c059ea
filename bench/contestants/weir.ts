import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, projectRoot } from '../harness/paths.ts';
import { gatewayCore } from '../harness/pin.ts';
import { processTree, start, stop } from '../harness/processes.ts';
import type { Contestant } from './contestant.ts';

const launcher = join(projectRoot, 'server', 'bin', 'weir.js');

/** Weir as a user gets it: nothing switched off, a data directory on disk, a key with limits and a budget. */
export const weir: Contestant = {
  name: 'weir',
  passesThrough: true,
  unavailable() {
    const hasServer = ['src/main.ts', 'dist/main.js'].some((file) => existsSync(join(projectRoot, 'server', file)));
    return hasServer ? undefined : 'the server is not there yet (server/src/main.ts or server/dist/main.js)';
  },
  async start({ upstreamPort, nodeArguments }) {
    const dataFolder = mkdtempSync(join(buildFolder('data'), 'weir-'));
    const configFile = join(dataFolder, 'weir.yaml');
    writeFileSync(configFile, configuration(upstreamPort));
    const adminKey = `bench_${randomBytes(24).toString('hex')}`;
    const command = [process.execPath, ...nodeArguments, launcher, 'serve', '--port', '0'] as const;
    const started = await start([...command, '--data-dir', dataFolder, '--config', configFile], {
      name: 'weir',
      core: gatewayCore,
      env: { WEIR_ADMIN_KEY: adminKey },
      ready: /weir listening on (http:\/\/\S+)/,
    });
    const end = async (): Promise<void> => {
      await stop(started);
      rmSync(dataFolder, { recursive: true, force: true });
    };
    try {
      const { key, notes } = await createKey(started.address, adminKey);
      const port = Number(new URL(started.address).port);
      return { port, pids: processTree(started.pid), headers: [`authorization: Bearer ${key}`], notes, stop: end };
    } catch (error) {
      await end();
      throw error;
    }
  },
};

function configuration(upstreamPort: number): string {
  const origin = `http://127.0.0.1:${upstreamPort}`;
  return [
    'providers:',
    `  openai: { api_key: sk-upstream, base_url: "${origin}/v1" }`,
    `  anthropic: { api_key: sk-ant-upstream, base_url: "${origin}" }`,
    'usage: { durability: process }',
    '',
  ].join('\n');
}

const generous = 1_000_000_000;
const bounded = {
  limits: {
    requests_per_minute: generous,
    tokens_per_minute: generous,
    tokens_per_day: generous,
    concurrency: 100_000,
  },
  budget: { usd: 1_000_000, period: 'month' },
};

/** A key whose limits and budget are checked on each call but never reached; a plain one where those are refused. */
async function createKey(origin: string, adminKey: string): Promise<{ key: string; notes: string[] }> {
  const withLimits = await postKey(origin, adminKey, { name: 'bench', ...bounded });
  if (withLimits.key) return { key: withLimits.key, notes: [] };
  const plain = await postKey(origin, adminKey, { name: 'bench' });
  if (!plain.key) throw new Error(`weir made no key: ${plain.status} ${plain.text.slice(0, 300)}`);
  return { key: plain.key, notes: [`no limits and no budget on the key (refused with ${withLimits.status})`] };
}

async function postKey(
  origin: string,
  adminKey: string,
  body: object,
): Promise<{ key?: string; status: number; text: string }> {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  const reply = await fetch(`${origin}/api/v1/keys`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await reply.text();
  if (reply.status !== 201) return { status: reply.status, text };
  return { key: (JSON.parse(text) as { key: string }).key, status: reply.status, text };
}
