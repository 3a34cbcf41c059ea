import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FoldedErrors } from './error-folding.ts';
import { Sampler, type SamplerOptions } from './sampler.ts';
import { samplePolicy } from './testing/sample-policy.ts';

const START = Date.parse('2026-03-01T12:00:00Z');

describe('a storm of errors', () => {
  it('is kept whole where the application did not ask for folding', () => {
    const sampler = new Sampler({ policy: { ...samplePolicy, fold_errors_per_second: 1 } });
    for (let at = 0; at < 100; at++) expect(sampler.decide('ERROR', `Lost ${at}`)).toBeDefined();
  });

  it('is kept whole where the policy sets no bound', () => {
    const sampler = new Sampler({ policy: samplePolicy, foldErrors: () => undefined });
    for (let at = 0; at < 100; at++) expect(sampler.decide('ERROR', `Lost ${at}`)).toBeDefined();
  });

  it('becomes its first lines of each second and a count of the others', async () => {
    const { sampler, folded, clock } = storm(5);
    for (let at = 0; at < 40; at++) {
      clock.nowMs = START + at * 100;
      sampler.decide('ERROR', `Lost order ${at}`);
      sampler.decide('CRITICAL', `Disk ${at} full`);
    }
    sampler.decide('ERROR', 'Another error');
    expect(sampler.counts).toEqual({ seen: 81, kept: 41 });
    await sampler.flush();
    const last = START + 3900;
    expect(folded).toEqual([
      { severity: 'ERROR', text: 'Lost order 5', count: 20, firstMs: START + 500, lastMs: last },
      { severity: 'CRITICAL', text: 'Disk 5 full', count: 20, firstMs: START + 500, lastMs: last },
    ]);
  });

  it('tells its count within a second when it ends', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { sampler, folded } = storm(1);
    for (let at = 0; at < 3; at++) sampler.decide('ERROR', `Lost order ${at}`);
    expect(folded).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(folded).toMatchObject([{ count: 2 }]);
  });

  it('may be logged through the sampler itself', async () => {
    const { sampler, folded, clock } = storm(1, (record) => {
      folded.push(record);
      expect(sampler.decide('ERROR', `${record.count} errors: ${record.text}`)).toBeDefined();
    });
    for (let at = 0; at < 3; at++) sampler.decide('ERROR', `Lost order ${at}`);
    clock.nowMs += 1;
    await sampler.flush();
    await sampler.flush();
    expect(folded).toHaveLength(1);
  });

  it('allows less than one line a second', () => {
    const { sampler, clock } = storm(0.5);
    for (let at = 0; at < 100; at++) {
      clock.nowMs = START + at * 100;
      sampler.decide('ERROR', 'Lost');
    }
    expect(sampler.counts.kept).toBe(5);
  });

  it('does not throw into the application that cannot log', async () => {
    const { sampler } = storm(1, () => {
      throw new Error('no');
    });
    for (let at = 0; at < 3; at++) sampler.decide('ERROR', `Lost order ${at}`);
    await expect(sampler.flush()).resolves.toBeUndefined();
  });
});

function storm(perSecond: number, log?: (folded: FoldedErrors) => void) {
  const folded: FoldedErrors[] = [];
  const clock = { nowMs: START };
  const options: SamplerOptions = {
    policy: { ...samplePolicy, fold_errors_per_second: perSecond },
    foldErrors: log ?? ((record) => folded.push(record)),
    now: () => clock.nowMs,
  };
  const sampler = new Sampler(options);
  onTestFinished(() => sampler.close());
  return { sampler, folded, clock };
}
