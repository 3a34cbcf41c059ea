import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import overhead from '../campaigns/overhead.campaign.ts';
import transient from '../campaigns/transient.campaign.ts';
import { requirement } from '../support/requirement.ts';
import { footprint, MOST } from './support/footprint.ts';
import { Scene } from './support/scene.ts';

describe(requirement('B10a'), () => {
  test('retries, breakers, deadlines and records together add less than 50 ms to 99 of 100 calls', async () => {
    const { failed, report } = await overhead.run({ n: 100, seed: 2 });
    expect([failed, report]).toEqual([0, report]);
  }, 60_000);
});

describe(requirement('B10d'), () => {
  test('retries, validation of every reply and tracking take less than 5% more processor time and memory', async () => {
    const { problem, ...found } = await footprint({ calls: 2700, seed: 2 });
    expect(problem).toBeUndefined();
    const isWithin = found.cpuRatioAtLeast <= MOST && found.memoryRatio <= MOST;
    expect({ ...found, isWithin }).toMatchObject({ isWithin: true });
  }, 240_000);
});

describe(requirement('B10b'), () => {
  test('with a fifth of the attempts failing at least 95% of the calls succeed', async () => {
    const { failed, report } = await transient.run({ n: 60, seed: 2 });
    expect([failed, report]).toEqual([0, report]);
  }, 60_000);
});

describe(requirement('D9c'), () => {
  test('calls that wait for a provider hold up no other call', async () => {
    const scene = await Scene.start();
    try {
      scene.simulator.faults.add({ match: { model: 'stuck' }, fault: 'hang_before_headers', times: 'always' });
      const leave = new AbortController();
      const stuck = Array.from({ length: 100 }, () =>
        scene.chat({ model: 'openai/stuck', signal: leave.signal }).catch(() => undefined),
      );
      await expect.poll(() => scene.asked('stuck'), { timeout: 5000, interval: 10 }).toBe(100);
      const free = await scene.chat({ model: 'openai/free' });
      expect(free.status).toBe(200);
      expect(free.tookMs).toBeLessThan(1000);
      leave.abort();
      await Promise.all(stuck);
    } finally {
      await scene.close();
    }
  });

  test('the path of a call has no synchronous file, process, compression or key derivation call', () => {
    const root = new URL('../../server/src/', import.meta.url).pathname;
    const files = globSync('{gateway,egress,http,protocols,providers,pricing}/**/*.ts', { cwd: root }).filter(
      (file) => !file.endsWith('.test.ts') && !file.includes('/testing/'),
    );
    expect(files.length).toBeGreaterThan(100);
    const blocking = files.filter((file) => /\b[a-z]\w*Sync\(/.test(readFileSync(root + file, 'utf8')));
    expect(blocking).toEqual([]);
  });
});
