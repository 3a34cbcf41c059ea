import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { requirement } from '../../../../test/support/requirement.ts';
import { connectProbe } from './connect-probe.ts';
import { createHealth, type HealthServices } from './health.ts';
import type { TargetReading, WatchedProvider } from './provider-health.ts';

/** Time stands still; timers fire when told to. */
function stillClock() {
  const timers: (() => void)[] = [];
  const clock = {
    nowMs: 1000,
    now: () => clock.nowMs,
    monotonic: () => clock.nowMs,
    after(_delayMs: number, run: () => void) {
      timers.push(run);
      return () => {};
    },
    fire() {
      for (const run of timers.splice(0)) run();
    },
  };
  return clock;
}

const OPENAI: WatchedProvider = {
  name: 'openai',
  baseUrl: 'https://api.openai.example/v1',
  model: 'gpt-4o-mini',
  hasCredential: true,
  trusted: true,
};

const GOOD: TargetReading = {
  provider: 'openai',
  model: 'gpt-4o',
  credential: 'openai-1',
  breaker: 'closed',
  latencyMs: 312.34,
  lastError: undefined,
};

function healthWith(fields: Partial<HealthServices> = {}) {
  const clock = stillClock();
  const health = createHealth({
    clock,
    pingDatabase: async () => undefined,
    ledgerState: () => ({ unshipped: 0, lagMs: 0, healthy: true, error: null }),
    providers: () => [OPENAI],
    targets: () => [],
    probe: async () => 12.34,
    eventLoopLag: () => ({ meanMs: 1, maxMs: 30 }),
    isDraining: () => false,
    ...fields,
  });
  return { clock, health };
}

async function openaiWith(...targets: TargetReading[]) {
  const report = await healthWith({ targets: () => targets }).health.report();
  return { overall: report.status, openai: report.components.llm_providers.openai };
}

describe(requirement('B8'), () => {
  it('shows providers beside database, redis and workers', async () => {
    const { health } = healthWith({
      providers: () => [OPENAI, { ...OPENAI, name: 'groq', model: undefined, hasCredential: false }],
      targets: () => [GOOD],
    });
    expect(await health.report()).toEqual({
      status: 'healthy',
      components: {
        database: 'healthy',
        redis: 'disabled',
        workers: 'healthy',
        llm_providers: {
          openai: { status: 'healthy', response_time_ms: 312.3, model: 'gpt-4o' },
          groq: { status: 'disabled', response_time_ms: null, model: null },
        },
      },
    });
  });

  it('calls a provider unhealthy while a breaker is not closed, and the whole degraded', async () => {
    for (const breaker of ['open', 'half-open'] as const) {
      const { overall, openai } = await openaiWith(GOOD, {
        ...GOOD,
        model: 'gpt-4o-mini',
        breaker,
        lastError: 'upstream.unavailable',
      });
      expect(overall).toBe('degraded');
      expect(openai).toEqual({
        status: 'unhealthy',
        response_time_ms: 312.3,
        model: 'gpt-4o-mini',
        error: `Its circuit breaker is ${breaker} after upstream.unavailable.`,
      });
    }
  });

  it('calls a provider unhealthy when it refused our only credential, degraded when another one works', async () => {
    const refused: TargetReading = { ...GOOD, latencyMs: undefined, lastError: 'upstream.auth' };
    expect((await openaiWith(refused)).openai).toEqual({
      status: 'unhealthy',
      response_time_ms: null,
      model: 'gpt-4o',
      error: 'The provider refused our credential.',
    });
    expect((await openaiWith(refused, { ...GOOD, credential: 'openai-2' })).openai).toMatchObject({
      status: 'degraded',
      error: 'The provider refused our credential.',
    });
  });

  it('calls a provider degraded whose last call failed', async () => {
    expect((await openaiWith({ ...GOOD, lastError: 'upstream.timeout' })).openai).toMatchObject({
      status: 'degraded',
      error: 'Its last call failed: upstream.timeout.',
    });
  });
});

describe('the probe of a provider nobody called yet', () => {
  it('runs once a minute, however often health is asked for', async () => {
    let probes = 0;
    const { clock, health } = healthWith({ probe: async () => ++probes });
    await Promise.all([health.report(), health.report()]);
    clock.nowMs += 59_999;
    await health.report();
    expect(probes).toBe(1);
    clock.nowMs += 1;
    await health.report();
    expect(probes).toBe(2);
  });

  it('is never run for an address the operator did not name, nor without a credential', async () => {
    const { health } = healthWith({
      providers: () => [
        { ...OPENAI, trusted: false },
        { ...OPENAI, name: 'other', hasCredential: false },
      ],
      probe: () => Promise.reject(new Error('asked')),
    });
    const { llm_providers } = (await health.report()).components;
    expect(llm_providers.openai).toEqual({ status: 'healthy', response_time_ms: null, model: 'gpt-4o-mini' });
    expect(llm_providers.other?.status).toBe('disabled');
  });

  it('does not hold up the answer, and shows its result to whoever asks later', async () => {
    let answer: (ms: number) => void = () => {};
    const { clock, health } = healthWith({ probe: () => new Promise((resolve) => (answer = resolve)) });
    const first = health.report();
    clock.fire();
    expect((await first).components.llm_providers.openai).toMatchObject({
      status: 'degraded',
      error: 'The probe had no answer within 1000 ms.',
    });
    answer(1500);
    const second = await health.report();
    expect(second.components.llm_providers.openai).toMatchObject({ status: 'healthy', response_time_ms: 1500 });
  });

  it('connects and asks nothing', async () => {
    const received: Buffer[] = [];
    let closed: () => void = () => {};
    const ended = new Promise<void>((resolve) => (closed = resolve));
    const server = createServer((socket) => {
      socket.on('data', (bytes) => received.push(bytes));
      socket.on('close', () => closed());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const probe = connectProbe({ ...stillClock(), monotonic: () => 5 });

    expect(await probe(`http://127.0.0.1:${port}/v1`)).toBe(0);
    await ended;
    expect(received).toEqual([]);

    await new Promise((resolve) => server.close(resolve));
    const { health } = healthWith({
      probe,
      providers: () => [{ ...OPENAI, baseUrl: `http://127.0.0.1:${port}/v1` }],
    });
    expect((await health.report()).components.llm_providers.openai).toMatchObject({
      status: 'unhealthy',
      error: 'The probe found nobody at its address (ECONNREFUSED).',
    });
  });
});

describe('the whole', () => {
  it('is unhealthy only without its database', async () => {
    const { health } = healthWith({ pingDatabase: () => Promise.reject(new Error('disk')), targets: () => [GOOD] });
    expect(await health.report()).toMatchObject({ status: 'unhealthy', components: { database: 'unhealthy' } });
    expect(await health.readiness()).toEqual({ ready: false, reason: 'storage' });
  });

  it('is degraded and still ready while calls go on without their database', async () => {
    const { health } = healthWith({
      pingDatabase: () => Promise.reject(new Error('gone')),
      servesWithoutDatabase: () => true,
      targets: () => [GOOD],
    });
    expect(await health.report()).toMatchObject({ status: 'degraded', components: { database: 'unhealthy' } });
    expect(await health.readiness()).toEqual({ ready: true });
  });

  it('calls a database that does not answer within a second unhealthy', async () => {
    const { clock, health } = healthWith({ pingDatabase: () => new Promise(() => {}), targets: () => [GOOD] });
    const report = health.report();
    clock.fire();
    expect((await report).components.database).toBe('unhealthy');
  });

  it('is degraded while the event loop or the ledger falls behind', async () => {
    const slow = [
      { eventLoopLag: () => ({ meanMs: 800, maxMs: 900 }) },
      { eventLoopLag: () => ({ meanMs: 2, maxMs: 1000 }) },
      { ledgerState: () => ({ unshipped: 9, lagMs: 61_000, healthy: true, error: null }) },
      { ledgerState: () => ({ unshipped: 9, lagMs: 0, healthy: false, error: 'disk full' }) },
    ];
    for (const fields of slow) {
      const report = await healthWith({ ...fields, targets: () => [GOOD] }).health.report();
      expect([report.status, report.components.workers]).toEqual(['degraded', 'degraded']);
    }
  });

  it('takes no new calls while draining', async () => {
    expect(await healthWith().health.readiness()).toEqual({ ready: true });
    const draining = healthWith({ isDraining: () => true });
    expect(await draining.health.readiness()).toEqual({ ready: false, reason: 'draining' });
  });
});
