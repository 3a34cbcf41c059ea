import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requirement } from '../../test/support/requirement.ts';
import { Sampler, type SamplerOptions } from './sampler.ts';
import { PolicyServer } from './testing/policy-server.ts';
import { samplePolicy } from './testing/sample-policy.ts';

const DROP_ALL = {
  ...samplePolicy,
  first_k: 0,
  global_rate: 0,
  severity_rates: { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 1, CRITICAL: 1 },
  pattern_rates: {},
};

async function start(policy?: unknown, options: SamplerOptions = {}) {
  const server = await PolicyServer.start();
  if (policy !== undefined) server.publish(policy);
  const problems: string[] = [];
  const sampler = new Sampler({
    service: 'checkout',
    url: server.url,
    apiKey: 'wk_secret',
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  onTestFinished(async () => {
    await sampler.close();
    await server.close();
  });
  return { server, sampler, problems };
}

describe(requirement('C8'), () => {
  it('asks for the policy of its service with its key and applies it', async () => {
    const { server, sampler } = await start(DROP_ALL);
    expect(sampler.decide('INFO', 'before the first answer')).toBeDefined();
    await server.until(() => server.held === 1);
    expect(server.questions[0]).toEqual({
      path: '/api/v1/policies/checkout?wait=25',
      etag: undefined,
      key: 'Bearer wk_secret',
    });
    expect(server.questions[1]?.etag).toBe('"1"');
    expect(sampler.policyVersion).toBe(3);
    expect(sampler.decide('INFO', 'x')).toBeUndefined();
    expect(sampler.decide('ERROR', 'x')).toBeDefined();
  });

  it('applies a new policy and full fidelity as soon as they are there', async () => {
    const { server, sampler } = await start(DROP_ALL);
    await server.until(() => server.held === 1);
    const until = new Date(Date.now() + 60_000).toISOString();
    const publishedMs = performance.now();
    server.publish({ ...DROP_ALL, policy_version: 4, full_fidelity_until: until });
    await server.until(() => server.held === 1);
    // Promised are 5 s.
    expect(performance.now() - publishedMs).toBeLessThan(5000);
    expect(sampler.policyVersion).toBe(4);
    expect(sampler.decide('DEBUG', 'x')).toMatchObject({ sample_rate: 1, 'weir.policy_version': 4 });
  });

  it('reports exact counts for every signature', async () => {
    const { server, sampler } = await start({ ...DROP_ALL, first_k: 2 });
    await server.until(() => server.held === 1);
    for (let at = 0; at < 50; at++) sampler.decide('INFO', `Stored order ${at} of Ada`);
    for (let at = 0; at < 7; at++) sampler.decide('ERROR', `Lost order ${at}`);
    sampler.decide('CRITICAL', 'Disk full');
    await sampler.flush();
    const [report] = server.reports;
    expect(report).toMatchObject({ service_name: 'checkout', total_logs: 58 });
    const stored = report?.patterns.find(({ count }) => count === 50);
    expect(stored).toMatchObject({ sampled_count: 2, severities: { INFO: 50 }, example: 'Stored order <*> of Ada' });
    expect(stored?.last_seen).toBeGreaterThanOrEqual(stored?.first_seen ?? Number.POSITIVE_INFINITY);
    const whole = report?.patterns.find(({ count }) => count === 8);
    expect(whole).toMatchObject({ sampled_count: 8, severities: { ERROR: 7, CRITICAL: 1 } });
    await sampler.flush();
    expect(server.reports).toHaveLength(1);
  });

  it('keeps counting what a summary could not deliver, and what was forgotten', async () => {
    const { server, sampler, problems } = await start(DROP_ALL, { mostPatterns: 10 });
    await server.until(() => server.held === 1);
    server.failWith = 503;
    // Words, so that each line is a signature of its own.
    const words = Array.from({ length: 60 }, (_, at) => `${'abcdefghij'[at % 10]}${'klmnop'[Math.floor(at / 10)]}`);
    for (const word of words) sampler.decide('INFO', `Stored ${word}`);
    await sampler.flush();
    expect(problems).toEqual([expect.stringContaining('503')]);
    server.failWith = undefined;
    sampler.decide('INFO', 'Stored aa');
    await sampler.flush();
    const rows = server.reports.flatMap(({ patterns }) => patterns);
    expect(rows.length).toBeLessThanOrEqual(11);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(61);
    expect(rows.reduce((sum, { sampled_count }) => sum + sampled_count, 0)).toBe(0);
    expect(sampler.counts).toEqual({ seen: 61, kept: 0 });
  });
});

describe('a server that does not do its part', () => {
  it('leaves every line when it is not there', async () => {
    const problems: string[] = [];
    const gone = await PolicyServer.start();
    const { url } = gone;
    await gone.close();
    const told = new Promise<void>((resolve) => {
      const sampler = new Sampler({
        service: 'checkout',
        url,
        onProblem: (problem) => {
          problems.push(problem);
          expect(sampler.decide('DEBUG', 'x')).toMatchObject({ sample_rate: 1 });
          void sampler.close().then(resolve);
        },
      });
    });
    await told;
    expect(problems[0]).toContain('ECONNREFUSED');
  });

  it.each(['{"global_rate": 0.1', '[]', '{"severity_rates": 7}'])(
    'keeps everything with the answer %s',
    async (text) => {
      const { server, sampler } = await start(text);
      await server.until(() => server.questions.length === 1);
      expect(sampler.decide('DEBUG', 'x')).toMatchObject({ sample_rate: 1 });
    },
  );

  it('keeps everything when it knows no policy', async () => {
    const { server, sampler } = await start(undefined, { policy: DROP_ALL });
    expect(sampler.decide('DEBUG', 'x')).toBeUndefined();
    await server.until(() => server.questions.length === 1);
    await untilTrue(() => sampler.decide('DEBUG', 'x') !== undefined);
  });

  it('keeps everything when it has not been heard of for too long', async () => {
    let nowMs = Date.now();
    const { server, sampler } = await start(DROP_ALL, { now: () => nowMs, staleAfterMs: 60_000 });
    await server.until(() => server.held === 1);
    expect(sampler.decide('INFO', 'x')).toBeUndefined();
    nowMs += 61_000;
    expect(sampler.decide('INFO', 'x')).toMatchObject({ sample_rate: 1 });
  });

  it('does not hold a process that is done', async () => {
    const server = await PolicyServer.start();
    onTestFinished(() => server.close());
    server.publish(DROP_ALL);
    const program = `
      const { Sampler } = await import(${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))});
      const sampler = new Sampler({ service: 'checkout', url: '${server.url}' });
      while (sampler.policyVersion === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      sampler.decide('INFO', 'x');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(server.reports).toMatchObject([{ total_logs: 1 }]);
  });
});

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
