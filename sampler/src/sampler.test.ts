import { describe, expect, it, onTestFinished } from 'vitest';
import { seeded } from '../../test/campaigns/campaign.ts';
import { Sampler, type SamplerOptions } from './sampler.ts';
import { sampled, withFullFidelity } from './scope.ts';
import { formatSignature, signatureOf } from './signature.ts';
import { samplePolicy } from './testing/sample-policy.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const DROP_ALL = { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 1, CRITICAL: 1 };

function samplerWith(policy: object, options: SamplerOptions = {}): Sampler {
  const sampler = new Sampler({
    policy: { ...samplePolicy, first_k: 0, ...policy },
    random: seeded(11),
    now: () => NOW,
    ...options,
  });
  onTestFinished(() => sampler.close());
  return sampler;
}

const keptOf = (sampler: Sampler, lines: number, decide: (at: number) => unknown): number => {
  for (let at = 0; at < lines; at++) decide(at);
  expect(sampler.counts.seen).toBe(lines);
  return sampler.counts.kept;
};

describe('a sampler', () => {
  it('keeps every line while it has no policy', () => {
    const sampler = new Sampler({ service: 'checkout' });
    expect(keptOf(sampler, 500, (at) => sampler.decide('DEBUG', `Polled ${at}`))).toBe(500);
    expect(sampler.decide('DEBUG', 'x')).toMatchObject({ sample_rate: 1, 'weir.policy_version': 0 });
  });

  it('keeps the share that the policy says', () => {
    const sampler = samplerWith({});
    const kept = keptOf(sampler, 20_000, (at) => sampler.decide('INFO', `Stored order ${at}`));
    expect(Math.abs(kept - 4000)).toBeLessThan(250);
  });

  it('stamps what it keeps with the weight, the threshold, the pattern and the policy', () => {
    const sampler = samplerWith({}, { random: () => 0.99 });
    expect(sampler.decide('INFO', 'Polled queue orders: 3 messages')).toEqual({
      sample_rate: 50,
      'sampling.threshold': 'fae147ae147ae',
      'weir.pattern': 'polled',
      'weir.policy_version': 3,
    });
    expect(sampler.decide('WARNING', 'Slow')).toMatchObject({
      sample_rate: 2,
      'weir.pattern': formatSignature(signatureOf('Slow')),
    });
  });

  it('estimates totals without bias', () => {
    const sampler = samplerWith({ first_k: 10 });
    let estimate = 0;
    for (let at = 0; at < 50_000; at++) estimate += sampler.decide('INFO', `Stored order ${at}`)?.sample_rate ?? 0;
    expect(Math.abs(estimate / 50_000 - 1)).toBeLessThan(0.03);
  });

  it('keeps the first lines of every signature whole', () => {
    const sampler = samplerWith({ first_k: 3, severity_rates: DROP_ALL });
    const stamps = Array.from({ length: 10 }, (_, at) => sampler.decide('INFO', `Stored order ${at}`));
    expect(stamps.map((stamp) => stamp?.sample_rate)).toEqual([1, 1, 1, ...Array(7).fill(undefined)]);
    expect(sampler.decide('INFO', 'Another line')).toMatchObject({ sample_rate: 1 });
  });

  it('gives all lines of a trace, a key or a running trace one fate', () => {
    let running = '';
    const sampler = samplerWith({}, { traceId: () => running });
    const random = seeded(5);
    const hex = () => Math.floor(random() * 16).toString(16);
    for (let trace = 0; trace < 300; trace++) {
      const traceId = Array.from({ length: 32 }, hex).join('');
      const byTrace = [1, 2, 3].map((at) => sampler.decide('INFO', `Step ${at} of it`, { traceId }) !== undefined);
      running = traceId;
      byTrace.push(sampler.decide('INFO', 'Else') !== undefined);
      running = '';
      expect(new Set(byTrace).size).toBe(1);
      if (byTrace[0]) expect(sampler.decide('WARNING', 'Slow', { traceId })).toBeDefined();
      const byKey = [1, 2, 3].map((at) => sampler.decide('INFO', `Step ${at}`, { key: `request-${trace}` }));
      expect(new Set(byKey.map((stamp) => stamp !== undefined)).size).toBe(1);
    }
  });

  it('keeps errors, what is above, and lines with exceptions', () => {
    const sampler = samplerWith({ severity_rates: DROP_ALL, global_rate: 0 });
    for (const severity of ['ERROR', 'CRITICAL', 'UNKNOWN'] as const) {
      expect(sampler.decide(severity, 'x')).toMatchObject({ sample_rate: 1, 'weir.policy_version': 3 });
    }
    expect(sampler.decide('INFO', 'x', { hasException: true })).toBeDefined();
    expect(sampler.decide('INFO', 'x')).toBeUndefined();
    expect(sampler.counts).toEqual({ seen: 5, kept: 4 });
  });

  it('finds the rule of a format string by the messages made of it', () => {
    const sampler = samplerWith({}, { random: () => 0.9 });
    const formatted = () => 'Polled queue orders: 12 messages';
    expect(sampler.decide('INFO', 'Polled %s', { formatted })).toBeUndefined();
    expect(sampler.decide('INFO', 'Stored %s', { formatted: () => 'Stored it' })).toBeDefined();
  });

  it('survives an application whose own functions throw', () => {
    const fail = () => {
      throw new Error('no');
    };
    for (const broken of [{ traceId: fail }, { random: fail }, { now: fail }]) {
      const sampler = samplerWith({ severity_rates: DROP_ALL }, { ...broken, onProblem: fail });
      expect(sampler.decide('INFO', 'x')).toMatchObject({ sample_rate: 1 });
      sampler.usePolicy('nonsense');
      expect(sampler.decide('INFO', undefined as unknown as string)).toBeDefined();
      expect(sampler.decide('nonsense' as never, 'x')).toBeDefined();
      expect(sampler.counts).toEqual({ seen: 3, kept: 3 });
    }
  });

  it('says what is wrong with a policy', () => {
    const problems: string[] = [];
    samplerWith({ global_rate: 7 }, { onProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([expect.stringContaining('global_rate')]);
  });
});

describe('what the code around a line asks for', () => {
  it('keeps everything in full fidelity, what is awaited too', async () => {
    const sampler = samplerWith({ severity_rates: DROP_ALL });
    const kept = await withFullFidelity(async () => {
      await Promise.resolve();
      return sampler.decide('DEBUG', 'x');
    });
    expect(kept).toMatchObject({ sample_rate: 1 });
    expect(sampler.decide('DEBUG', 'x')).toBeUndefined();
  });

  it('keeps the lines of a sampled run all or not at all, and its errors always', () => {
    const sampler = samplerWith({});
    let runs = 0;
    for (let run = 0; run < 1000; run++) {
      const stamps = sampled(0.25, () => [1, 2, 3].map((at) => sampler.decide('WARNING', `Step ${at}`)));
      expect(new Set(stamps.map((stamp) => stamp?.sample_rate)).size).toBe(1);
      if (stamps[0] !== undefined) runs++;
    }
    expect(Math.abs(runs - 250)).toBeLessThan(80);
    expect(sampled(0, () => sampler.decide('ERROR', 'x'))).toBeDefined();
    expect(sampled(Number.NaN, () => sampler.decide('DEBUG', 'x'))).toBeDefined();
  });
});
