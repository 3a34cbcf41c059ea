import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { formatSignature, signatureOf } from '../../../../sampler/src/signature.ts';
import { requires } from '../../../support/optional.ts';
import { requirement } from '../../../support/requirement.ts';
import { startWeir } from '../../../support/weir.ts';
import { shopLines } from '../log-lines.ts';
import { startRecordingProxy } from './recording-proxy.ts';
import { type SamplerAnswer, type SamplerProcess, startSampler } from './sampler-process.ts';

const SERVICE = 'shop';
/** How soon a switch must be with the samplers. */
const SWITCH_MS = 5000;
const loud = (at: number): [string, string] => ['INFO', `GET /api/orders/${at} answered 200 in ${at % 90} ms`];
const fatal: [string, string] = ['CRITICAL', 'payment of order 5 failed: connection reset by 10.0.0.1'];

/** Asks both again and again until the answers are as wanted; gives how long that took. */
async function until(
  samplers: readonly SamplerProcess[],
  of: { order: Parameters<SamplerProcess['ask']>[0]; holds: (answer: SamplerAnswer) => boolean },
): Promise<number> {
  const started = performance.now();
  await Promise.all(
    samplers.map((sampler) =>
      expect.poll(async () => of.holds(await sampler.ask(of.order)), { timeout: 45_000, interval: 50 }).toBe(true),
    ),
  );
  return performance.now() - started;
}

/** Puts a boost where the server keeps them, while it is down: its own would need ten minutes of traffic. */
function storeBoost(dataDir: string, pattern: string): void {
  const nowMs = Date.now();
  const boost = { pattern, reason: 'rate_band', startedAt: nowMs, expiresAt: nowMs + 600_000, bytes: 0 };
  const changed = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.db') || file.endsWith('.sqlite'))
    .map((file) => {
      const database = new DatabaseSync(join(dataDir, file));
      const hasTable = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'log_services'").get() !== undefined;
      const changes = hasTable
        ? database.prepare('UPDATE log_services SET boosts = ? WHERE name = ?').run(JSON.stringify([boost]), SERVICE)
            .changes
        : 0;
      database.close();
      return Number(changes);
    });
  expect(changed.reduce((sum, count) => sum + count, 0)).toBe(1);
}

requires('python')(`a server and samplers in Node.js and Python, each a process (${requirement('C8')})`, () => {
  test('agree on lines, hear of switches and boosts, outlive the server, and count exactly', {
    timeout: 180_000,
  }, async () => {
    const weir = await startWeir();
    onTestFinished(() => weir.stop());
    const proxy = await startRecordingProxy(weir.url);
    onTestFinished(() => proxy.close());
    const key = await weir.key();
    const lines = shopLines(0, 2000).map(({ body, severity }) => ({ body, severity }));
    await weir.api('POST /api/v1/analysis/analyze', { service_name: SERVICE, lines });
    const made = await weir.api('POST /api/v1/pipeline/generate-policy', {
      service_name: SERVICE,
      cost_target: 0.0002,
    });
    expect(made.json).toMatchObject({ status: 'success', policy_version: 1 });
    const policy = (await weir.api(`GET /api/v1/policies/${SERVICE}`)).json;
    const signature = formatSignature(signatureOf(loud(0)[1]));
    const [pattern = ''] =
      Object.entries<{ signatures: string[] }>(policy.patterns).find(([, { signatures }]) =>
        signatures.includes(signature),
      ) ?? [];
    const rate: number = policy.pattern_rates[pattern];
    expect(rate * policy.anomaly_boost).toBeLessThan(1);
    const start = (language: 'node' | 'python') => {
      const sampler = startSampler(language, { url: proxy.url, key, service: SERVICE });
      onTestFinished(() => sampler.stop());
      return sampler;
    };
    const both = [start('node'), start('python')];

    // The luck of these lines suffices for a boosted rate, and not for the ordinary one.
    await until(both, { order: { luck: 1 - 1.5 * rate }, holds: ({ version }) => version === 1 });
    const once = { decide: [loud(1)] };
    const isKept = ({ stamps }: SamplerAnswer) => stamps[0] !== null;
    const isDropped = (answer: SamplerAnswer) => !isKept(answer);
    const same = await Promise.all(
      both.map((sampler) => sampler.ask({ decide: lines.map((line) => [severityOf(line.severity), line.body]) })),
    );
    expect(same[0]?.stamps).toEqual(same[1]?.stamps);
    expect(same[0]).toMatchObject({ seen: 2000, version: 1 });
    expect(same[0]?.kept).toBeGreaterThan(30);
    expect(same[0]?.kept).toBeLessThan(1000);
    expect(same[0]?.stamps.filter((stamp) => stamp?.['weir.pattern'] === pattern)).toHaveLength(policy.first_k);
    const lucky = await Promise.all(both.map((sampler) => sampler.ask({ luck: 1 - rate / 2, decide: [loud(2)] })));
    for (const { stamps } of lucky) {
      expect(stamps[0]).toMatchObject({ 'weir.pattern': pattern, 'weir.policy_version': 1 });
      expect(stamps[0]?.sample_rate).toBeCloseTo(1 / rate, 9);
    }
    await Promise.all(both.map((sampler) => sampler.ask({ luck: 1 - 1.5 * rate })));

    await weir.api(`PUT /api/v1/services/${SERVICE}/full-fidelity`, {
      until: new Date(Date.now() + 600_000).toISOString(),
    });
    expect(await until(both, { order: once, holds: isKept })).toBeLessThan(SWITCH_MS);
    await weir.api(`PUT /api/v1/services/${SERVICE}/full-fidelity`, { until: null });
    expect(await until(both, { order: once, holds: isDropped })).toBeLessThan(SWITCH_MS);

    const counted = await Promise.all(both.map((sampler) => sampler.ask({ flush: true })));
    expectExact(proxy.reports, counted);

    await weir.kill9();
    for (const sampler of both) {
      const { stamps } = await sampler.ask({ decide: [loud(3), fatal] });
      expect(stamps).toMatchObject([null, { sample_rate: 1 }]);
      // What cannot be delivered is kept for later.
      await sampler.ask({ flush: true });
    }
    const fresh = start('node');
    const without = await fresh.ask({ luck: 0, decide: Array.from({ length: 100 }, (_, at) => loud(at)) });
    expect(without).toMatchObject({ seen: 100, kept: 100, version: 0 });

    storeBoost(weir.dataDir, pattern);
    const again = await startWeir({ dataDir: weir.dataDir });
    onTestFinished(() => again.stop());
    proxy.target = again.url;
    await until(both, { order: once, holds: isKept });
    const [boosted] = await Promise.all(both.map((sampler) => sampler.ask(once)));
    expect(boosted?.stamps[0]?.sample_rate).toBeCloseTo(1 / (rate * policy.anomaly_boost), 6);
    const all = [...both, fresh];
    expectExact(proxy.reports, await Promise.all(all.map((sampler) => sampler.ask({ flush: true }))));
  });
});

/** Everything seen is reported, kept and dropped alike, once. */
function expectExact(
  reports: readonly { patterns: readonly { count: number; sampled_count: number }[] }[],
  counts: readonly SamplerAnswer[],
): void {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const rows = reports.flatMap(({ patterns }) => patterns);
  expect(sum(rows.map(({ count }) => count))).toBe(sum(counts.map(({ seen }) => seen)));
  expect(sum(rows.map(({ sampled_count }) => sampled_count))).toBe(sum(counts.map(({ kept }) => kept)));
}

function severityOf(text: string | undefined): string {
  return text === 'WARN' ? 'WARNING' : (text ?? 'INFO');
}
