import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type RunningWeir, startWeir } from '../support/weir.ts';

const PROVIDER = 'providers: { local: { base_url: http://127.0.0.1:1/v1, api_key: none } }';
const FAST = `${PROVIDER}\nroutes: { fast: { targets: [local/m] } }\n`;
const SLOW = `${PROVIDER}\nroutes: { slow: { targets: [local/m] } }\n`;

async function started(): Promise<{ weir: RunningWeir; file: string }> {
  const weir = await startWeir({ config: FAST });
  onTestFinished(() => weir.stop());
  return { weir, file: join(weir.dataDir, 'test-weir.yaml') };
}

async function routesOf(weir: RunningWeir): Promise<string[]> {
  const { json } = await weir.api('GET /v1/models');
  return json.data.map(({ id }: { id: string }) => id).filter((id: string) => id === 'fast' || id === 'slow');
}

async function logged(weir: RunningWeir, event: string): Promise<Record<string, unknown>> {
  return vi.waitFor(
    () => {
      const line = weir
        .log()
        .split('\n')
        .findLast((text) => text.includes(`"event":"${event}"`));
      expect(line).toBeDefined();
      return JSON.parse(line ?? '');
    },
    { timeout: 5000 },
  );
}

describe('a running server', () => {
  test('takes over a changed file', async () => {
    const { weir, file } = await started();
    expect(await routesOf(weir)).toEqual(['fast']);
    writeFileSync(file, SLOW);
    expect(await logged(weir, 'config_reloaded')).toMatchObject({
      cause: 'file',
      changed: ['routes.fast', 'routes.slow'],
      need_restart: [],
    });
    expect(await routesOf(weir)).toEqual(['slow']);
  });

  test('F51: keeps the old configuration when the new one is broken, says why, and takes the mended one', async () => {
    const { weir, file } = await started();
    writeFileSync(file, SLOW.replace('targets', 'tragets'));
    const failure = await logged(weir, 'config_reload_failed');
    expect(failure).toMatchObject({ level: 'error', error: expect.stringContaining('did you mean "targets"?') });
    expect(await routesOf(weir)).toEqual(['fast']);
    writeFileSync(file, SLOW);
    await logged(weir, 'config_reloaded');
    expect(await routesOf(weir)).toEqual(['slow']);
  });

  test('reads again on SIGHUP, and names what waits for a restart', async () => {
    const { weir, file } = await started();
    process.kill(weir.pid, 'SIGHUP');
    expect(await logged(weir, 'config_reloaded')).toMatchObject({ cause: 'SIGHUP', changed: [], need_restart: [] });
    writeFileSync(file, `${SLOW}server: { drain_timeout_ms: 1 }\n`);
    const line = await vi.waitFor(
      async () => {
        const found = await logged(weir, 'config_reloaded');
        expect(found.need_restart).not.toEqual([]);
        return found;
      },
      { timeout: 5000 },
    );
    expect(line).toMatchObject({ level: 'warn', need_restart: ['server.drain_timeout_ms'] });
    expect(await routesOf(weir)).toEqual(['slow']);
  });
});
