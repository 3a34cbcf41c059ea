import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { serverFile } from '../../support/mcp/tool-servers.ts';
import { startWeir } from '../../support/weir.ts';

/** A Weir with one tool server that was asked once; gives the process ids the server had. */
async function asked() {
  const directory = mkdtempSync(join(tmpdir(), 'processes-'));
  const [script, log] = [join(directory, 'script.json'), join(directory, 'log')];
  writeFileSync(script, JSON.stringify({ tools: [{ name: 'live', inputSchema: { type: 'object' } }] }));
  writeFileSync(log, '');
  const server = {
    command: process.execPath,
    args: [serverFile('scripted-server')],
    env: { SCRIPT: script, LOG: log, NOISE: 'a telling line' },
  };
  const weir = await startWeir({ config: JSON.stringify({ mcp: { servers: { scripted: server } } }) });
  onTestFinished(() => weir.stop());
  const pids = () => [...readFileSync(log, 'utf8').matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid));
  expect(pids()).toEqual([]);
  const reply = await weir.api('POST /api/v1/mcp/servers/scripted/tools/live/call', {});
  expect(reply.json).toMatchObject({ output: 'done' });
  expect(pids().length).toBeGreaterThan(0);
  return { weir, pids };
}

const goneWithin = (pids: () => number[]) =>
  vi.waitFor(() => expect(pids().filter(isAlive)).toEqual([]), { timeout: 15_000, interval: 100 });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a tool server is started by the first question and ends with Weir; its words are not logged', async () => {
  const { weir, pids } = await asked();
  expect(pids().filter(isAlive)).toHaveLength(1);
  const { json } = await weir.api('GET /api/v1/mcp/servers');
  expect(json.data).toMatchObject([{ name: 'scripted', state: 'connected', tools: { callable: 1, quarantined: [] } }]);
  await weir.stop();
  await goneWithin(pids);
  expect(weir.log()).toContain('mcp_connected');
  expect(weir.log()).not.toContain('a telling line');
});

test('a tool server ends when Weir is killed', async () => {
  const { weir, pids } = await asked();
  await weir.kill9();
  await goneWithin(pids);
});

test('tool servers are made in the file only', async () => {
  const { weir } = await asked();
  for (const path of ['/api/v1/mcp/servers', '/api/mcp/servers', '/api/v1/mcp/servers/x']) {
    const reply = await weir.api(`POST ${path}`, { name: 'x', command: 'touch', args: ['x'] });
    expect(reply.status, path).toBeGreaterThanOrEqual(404);
  }
});
