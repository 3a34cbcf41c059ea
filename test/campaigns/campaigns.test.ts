import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { requires } from '../support/optional.ts';
import { seeded, shuffled } from './campaign.ts';
import { loadCampaigns } from './load-campaigns.ts';

const SHARE = 0.05;
const SEED = 1;
const campaigns = await loadCampaigns();

for (const campaign of campaigns) {
  const suite = campaign.needs === undefined ? describe : requires(campaign.needs);
  suite('a twentieth of the campaign', () => {
    it(campaign.name, async () => {
      const n = Math.ceil(campaign.n * SHARE);
      const { attempted, failed, report } = await campaign.run({ n, seed: SEED });
      expect({ failed, report: failed === 0 ? '' : report }).toEqual({ failed: 0, report: '' });
      expect(attempted).toBeGreaterThan(0);
      expect(attempted).toBeLessThanOrEqual(n);
    }, 300_000);
  });
}

describe('the campaign runner', () => {
  const run = (...args: string[]) => {
    const program = fileURLToPath(new URL('./run.ts', import.meta.url));
    return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  };

  it('lists the campaigns when it is asked for none, or for one there is not', () => {
    for (const args of [[], ['nothing'], ['providers', '--n', '0']]) {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      for (const { name } of campaigns) expect(stderr).toContain(name);
    }
  });

  it('prints how many were attempted and failed', () => {
    const { status, stdout } = run('providers', '--n', '12', '--seed', '7');
    expect(stdout).toMatch(/^providers: \d+ attempted, 0 failed \(seed 7\)$/m);
    expect(status).toBe(0);
  });

  it('has campaigns with names of their own', () => {
    expect(new Set(campaigns.map(({ name }) => name)).size).toBe(campaigns.length);
    expect(campaigns.length).toBeGreaterThan(0);
  });
});

describe('chance', () => {
  it('is the same for the same seed and another for another', () => {
    const draw = (seed: number) => Array.from({ length: 20 }, seeded(seed));
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    const sorted = Array.from({ length: 50 }, (_, at) => at);
    const mixed = shuffled(sorted, seeded(3));
    expect(mixed).not.toEqual(sorted);
    expect([...mixed].sort((a, b) => a - b)).toEqual(sorted);
  });
});
