import { describe, expect, onTestFinished, test } from 'vitest';
import { composeLogSampling } from '../../../server/src/compose/log-sampling.ts';
import { configSchema } from '../../../server/src/config/schema.ts';
import type { LogSource } from '../../../server/src/ports/log-source.ts';
import { managementServer } from '../../support/management-server.ts';
import { requirement } from '../../support/requirement.ts';
import { shopLines, sourceOf } from './log-lines.ts';

/** The request of seed 002, but for the provider, which has no key here. */
const SEED_REQUEST = {
  team_id: 1,
  service_name: 'web-api',
  hours: 1,
  clickhouse_host: 'localhost:9000',
  llm_provider: 'openai',
  cost_target: 50.0,
};
const MINUTE = 60_000;

async function start(of: { sources?: (now: () => number) => LogSource[] } = {}) {
  let close = () => {};
  let stop = async () => {};
  const server = await managementServer({
    more({ storage, projects, audit, clock }) {
      const sources = of.sources?.(() => clock.now()) ?? [sourceOf('logs', () => shopLines(clock.now()))];
      const composed = composeLogSampling({
        config: () => configSchema.parse({}),
        stores: { storage, projects, audit, changes: { on() {}, ageMs: () => 0 } },
        targets: {
          book: { route: () => undefined, isModel: () => false } as never,
          provider: () => undefined,
          hasCredential: () => false,
        },
        clock,
        run: () => Promise.reject(new Error('no model is asked here')),
        sources: {
          named: () => new Map(sources.map((source) => [source.name, source])),
          clickHouseAt: (address) => (address === 'localhost:8123' ? 'logs' : undefined),
          postHogAt: () => undefined,
        },
      });
      close = composed.endWaits;
      stop = composed.close;
      return composed.routes;
    },
  });
  onTestFinished(() => stop());
  const generate = (more: object = {}) =>
    server.call('POST /api/v1/pipeline/generate-policy', { body: { ...SEED_REQUEST, ...more } });
  return { ...server, generate, close };
}

describe(requirement('C5'), () => {
  test("the seed's request gets exactly the seed's fields", async () => {
    const { generate } = await start();
    const { status, body } = await generate();
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(
      [
        ...['analysis_summary', 'anomaly_boost', 'generated_by', 'global_rate', 'pattern_rates', 'policy_id'],
        ...['policy_version', 'reasoning', 'severity_rates', 'status'],
      ].sort(),
    );
    expect(body).toMatchObject({ status: 'success', policy_id: 1, policy_version: 1, generated_by: 'rules' });
    expect(body.reasoning).toContain('openai has no key here');
    expect(Object.keys(body.analysis_summary).sort()).toEqual(
      ['anomalies', 'clusters', 'error_rate', 'severity_distribution', 'total_logs', 'unique_patterns'].sort(),
    );
    expect(body.analysis_summary).toMatchObject({ total_logs: 6000, error_rate: expect.closeTo(0.01, 4) });
    expect(body.severity_rates).toMatchObject({ ERROR: 1, CRITICAL: 1 });
  });

  test.each([
    ['llm_provider', { llm_provider: 'gpt-17' }],
    ['clickhouse_host', { clickhouse_host: 'evil.example:9000' }],
    ['source', { source: 'nowhere' }],
    ['hours', { hours: -1 }],
    ['cost_target', { cost_target: -5 }],
    ['locks', { locks: { p1: 2 } }],
  ])('a wrong %s is refused by name, and nothing is stored', async (field, wrong) => {
    const { generate, call } = await start();
    const { status, body } = await generate(wrong);
    expect(status).toBe(400);
    expect(body.error.details.param).toContain(field);
    expect((await call('GET /api/v1/services')).body.data).toEqual([]);
  });

  test('a source that fails or has nothing is named', async () => {
    const broken: LogSource = {
      name: 'logs',
      // biome-ignore lint/correctness/useYield: it fails before the first line
      async *read() {
        throw new Error('password=hunter2');
      },
    };
    const failing = await start({ sources: () => [broken] });
    const failed = await failing.generate();
    expect(failed.status).toBe(503);
    expect(failed.text).toContain('logs');
    expect(failed.text).not.toContain('hunter2');
    const empty = await start({ sources: () => [sourceOf('logs', () => [])] });
    expect((await empty.generate()).status).toBe(404);
  });
});

describe(requirement('C4'), () => {
  test('a cost target decides how many bytes are kept, and what cannot be reached is said with the floor', async () => {
    const { generate, call } = await start();
    const [version] = [await generate()];
    expect(version.body.pattern_rates).not.toEqual({});
    // The hour has about 0.3 MB: 7 MB a day, $0.0035. Half of that:
    await generate({ cost_target: 0.0017 });
    await generate({ cost_target: 0.00001 });
    const { data } = (await call('GET /api/v1/policies/web-api/history')).body;
    expect(data.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
    expect(data[1].target.reachable).toBe(true);
    expect(data[1].window.kept_bytes / data[1].target.bytes).toBeCloseTo(1, 2);
    expect(data[0].target.reachable).toBe(false);
    expect(data[0].reasoning).toMatch(/unreachable, floor = [\d.]+ [kM]?B a day/);
  });
});

describe(requirement('C13'), () => {
  test('a generated policy is in force at once, unless only its making was asked for', async () => {
    const { generate, call } = await start();
    expect((await call('GET /api/v1/policies/web-api')).status).toBe(404);
    await generate({ activate: false });
    expect((await call('GET /api/v1/policies/web-api')).status).toBe(404);
    const made = await generate();
    const { status, body } = await call('GET /api/v1/policies/web-api?team_id=1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ policy_version: 2, version: 2, service_name: 'web-api', boosts: [], llm_model: null });
    expect(body.pattern_rates).toEqual(made.body.pattern_rates);
    for (const id of Object.keys(body.pattern_rates)) expect(body.patterns[id].signatures.length).toBeGreaterThan(0);
  });
});

describe(requirement('C6'), () => {
  test('versions keep author, model and the hash of their inputs, and rollback is one call', async () => {
    const { generate, call } = await start();
    await generate();
    await generate({ cost_target: 0.001 });
    const { data } = (await call('GET /api/v1/policies/web-api/history')).body;
    expect(data[0]).toMatchObject({ version: 2, is_active: true, model: null, generated_by: 'rules', problems: [] });
    expect(data[0].author).toBe('admin');
    expect(data[0].inputs_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(data[0].inputs_hash).not.toBe(data[1].inputs_hash);
    const back = await call('POST /api/v1/policies/web-api/rollback');
    expect(back.body).toMatchObject({ service_name: 'web-api', policy_version: 1 });
    expect((await call('GET /api/v1/policies/web-api')).body.policy_version).toBe(1);
    expect((await call('POST /api/v1/policies/web-api/rollback')).status).toBe(409);
    expect((await call('GET /api/v1/audit')).text).toContain('log_policy.rollback');
  });

  test('a dry run says per pattern what would change, and changes nothing', async () => {
    const { generate, call } = await start();
    await generate();
    await generate({ cost_target: 0.001, activate: false });
    const tried = await call('POST /api/v1/policies/web-api/activate', { body: { version: 2, dry_run: true } });
    expect(tried.body).toMatchObject({ policy_version: 1 });
    const { dry_run } = tried.body;
    expect(dry_run.kept_bytes_after).toBeLessThan(dry_run.kept_bytes_before);
    const [largest] = dry_run.patterns;
    expect(largest.kept_after).toBeLessThan(largest.kept_before);
    expect((await call('GET /api/v1/policies/web-api')).body.policy_version).toBe(1);
    const done = await call('POST /api/v1/policies/web-api/activate', { body: { version: 2 } });
    expect(done.body).toMatchObject({ policy_version: 2, dry_run: { problems: [] } });
    expect((await call('POST /api/v1/policies/web-api/activate', { body: { version: 9 } })).status).toBe(404);
  });

  test('an SDK fetches by ETag and hears of a change at once', async () => {
    const { generate, call, clock } = await start();
    await generate();
    const path = 'GET /api/v1/policies/web-api';
    const { etag } = (await call(path)).headers as { etag: string };
    expect(await call(path, { headers: { 'if-none-match': etag } })).toMatchObject({ status: 304, text: '' });
    const waiting = call(`${path}?wait=25`, { headers: { 'if-none-match': etag } });
    const until = new Date(clock.now() + 10 * MINUTE).toISOString();
    const set = await call('PUT /api/v1/services/web-api/full-fidelity', { body: { until } });
    expect(set.body).toMatchObject({ name: 'web-api', full_fidelity_until: until });
    expect(await waiting).toMatchObject({ status: 200, body: { full_fidelity_until: until } });
  });

  test('a long poll ends with 304 when nothing changes, and when the server stops', async () => {
    const { generate, call, clock, close } = await start();
    await generate();
    const path = 'GET /api/v1/policies/web-api';
    const { etag } = (await call(path)).headers as { etag: string };
    const poll = (seconds: number) => call(`${path}?wait=${seconds}`, { headers: { 'if-none-match': etag } });
    const quiet = poll(20);
    const ended = quiet.then(() => true);
    while (!(await Promise.race([ended, new Promise<false>((resolve) => setImmediate(resolve, false))]))) {
      clock.advance(5000);
    }
    expect((await quiet).status).toBe(304);
    const held = poll(60);
    close();
    expect((await held).status).toBe(304);
  });

  test("another project's service is not there", async () => {
    const { generate, call, project, key } = await start();
    await generate();
    const other = await key('admin', await project('other'));
    const foreign = await key('inference', await project('third'));
    const own = await key('inference', 'default');
    expect((await call('GET /api/v1/policies/web-api', { key: own })).status).toBe(200);
    expect((await call('GET /api/v1/policies/web-api', { key: foreign })).status).toBe(404);
    expect((await call('GET /api/v1/services', { key: own })).status).toBe(403);
    expect((await call('POST /api/v1/policies/web-api/rollback', { key: own })).status).toBe(403);
    expect((await call('GET /api/v1/services?project_id=default', { key: other })).body.data).toHaveLength(1);
    const developer = await key('developer', await project('fourth'));
    expect((await call('GET /api/v1/services?project_id=default', { key: developer })).status).toBe(404);
    expect((await call('GET /api/v1/services', { key: developer })).body.data).toEqual([]);
  });
});

describe('locks', () => {
  test('stay over new versions until a person changes them', async () => {
    const { generate, call } = await start();
    const first = await generate({ cost_target: 0.0017 });
    const [id = ''] = Object.keys(first.body.pattern_rates);
    await generate({ cost_target: 0.0017, locks: { [id]: 0.9 } });
    const third = await generate({ cost_target: 0.001 });
    expect(third.body.pattern_rates).not.toHaveProperty(id);
    const { body } = await call('GET /api/v1/policies/web-api');
    expect(body.locks).toEqual({ [id]: 0.9 });
    expect(body.patterns).toHaveProperty(id);
  });
});

describe('lines in the request', () => {
  test('are analysed, and a policy can be made of them', async () => {
    const { call } = await start({ sources: () => [] });
    const lines = shopLines(0, 600).map(({ body, severity }) => ({ body, severity }));
    const analysis = await call('POST /api/v1/analysis/analyze', {
      body: { service_name: 'shop', lines: [...lines, 'plain text'] },
    });
    expect(analysis.status).toBe(200);
    expect(analysis.body).toMatchObject({ status: 'completed', total_logs: 601, error_rate: expect.closeTo(0.01, 3) });
    expect(analysis.body.top_patterns[0].template).toContain('<*>');
    expect(analysis.text).not.toContain('/api/orders/1 ');
    const policy = await call('POST /api/v1/pipeline/generate-policy', { body: { service_name: 'shop' } });
    expect(policy.body).toMatchObject({ status: 'success', analysis_summary: { total_logs: 601 } });
    expect(policy.body.severity_rates).toEqual({ DEBUG: 0.05, INFO: 0.2, WARNING: 0.5, ERROR: 1, CRITICAL: 1 });
    const nothing = await call('POST /api/v1/pipeline/generate-policy', { body: { service_name: 'unknown' } });
    expect(nothing).toMatchObject({ status: 400, body: { error: { details: { param: 'source' } } } });
  });
});

describe('services', () => {
  test('are registered once, listed and shown by id or name', async () => {
    const { call } = await start();
    const made = await call('POST /api/v1/services/', { body: { team_id: 7, name: 'worker' } });
    expect(made).toMatchObject({ status: 201, body: { id: 1, team_id: 7, name: 'worker', is_active: false } });
    expect((await call('POST /api/v1/services', { body: { name: 'worker' } })).body.id).toBe(1);
    await call('POST /api/v1/services', { body: { name: 'web' } });
    const { data, next_cursor } = (await call('GET /api/v1/services?limit=1')).body;
    expect(data).toHaveLength(1);
    expect((await call(`GET /api/v1/services?cursor=${next_cursor}`)).body.data[0].name).toBe('web');
    expect((await call('GET /api/v1/services?team_id=7')).body.data).toHaveLength(1);
    expect((await call('GET /api/v1/services/1')).body.name).toBe('worker');
    expect((await call('GET /api/v1/services/web')).body.id).toBe(2);
    expect((await call('GET /api/v1/services/99')).status).toBe(404);
  });

  test('take full fidelity for at most a week, and lose it again', async () => {
    const { call, clock } = await start();
    await call('POST /api/v1/services', { body: { name: 'web' } });
    const put = (until: unknown) => call('PUT /api/v1/services/web/full-fidelity', { body: { until } });
    for (const wrong of ['soon', clock.now() - 1, clock.now() + 8 * 24 * 60 * MINUTE]) {
      expect(await put(wrong)).toMatchObject({ status: 400, body: { error: { details: { param: 'until' } } } });
    }
    expect((await put(clock.now() + MINUTE)).status).toBe(200);
    expect((await put(null)).body.full_fidelity_until).toBeNull();
    expect((await call('PUT /api/v1/services/none/full-fidelity', { body: { until: null } })).status).toBe(404);
  });
});

describe('reports of samplers', () => {
  test('are taken in the shape of LipService, from its Python client too', async () => {
    const { call, key } = await start();
    const own = await key('inference', 'default');
    const stat = { signature: '0'.repeat(32), count: 5, first_seen: 1_800_000_000.5, last_seen: 1_800_000_060 };
    const body = { service_name: 'old', team_id: 1, timestamp: 1.5, total_logs: 5, unique_patterns: 1 };
    const javascript = { ...body, patterns: [{ ...stat, sampled_count: 1 }] };
    const python = {
      service_name: 'old',
      patterns: [
        { ...stat, message_sample: 'x', severity_distribution: { INFO: 5 }, first_seen: '2026-01-01T00:00:00' },
      ],
    };
    for (const report of [javascript, python]) {
      const reply = await call('POST /api/v1/patterns/stats', { key: own, body: report });
      expect(reply).toMatchObject({ status: 202, body: { status: 'accepted', analysis_run_id: null } });
    }
    expect((await call('POST /api/v1/patterns/stats', { body: { service_name: 'x' } })).status).toBe(400);
  });

  test('of something unusual boost it for a while, without a new version', async () => {
    const { call, clock, generate } = await start();
    const { body: made } = await generate({ cost_target: 0.001 });
    const { patterns } = (await call('GET /api/v1/policies/web-api')).body;
    const [id = ''] = Object.keys(made.pattern_rates);
    const report = (count: number, more: object[] = []) => {
      const stat = (signature: string, seen: number) => ({
        ...{ signature, count: seen, sampled_count: 1, bytes: seen * 60, severities: { INFO: seen } },
        ...{ first_seen: 1, last_seen: 2 },
      });
      const rows = [stat(patterns[id].signatures[0], count), ...more];
      return call('POST /api/v1/patterns/stats', { body: { service_name: 'web-api', patterns: rows } });
    };
    for (let minute = 0; minute < 12; minute++) {
      await report(100 + (minute % 3));
      clock.advance(MINUTE);
    }
    expect((await call('GET /api/v1/policies/web-api')).body.boosts).toEqual([]);
    const strange = { ...{ signature: '0123456789abcd', count: 9, sampled_count: 9, first_seen: 1, last_seen: 2 } };
    for (let minute = 0; minute < 3; minute++) {
      await report(900, [{ ...strange, example: 'disk <*> is full' }]);
      clock.advance(MINUTE);
    }
    await report(900);
    const { body } = await call('GET /api/v1/policies/web-api');
    expect(body.policy_version).toBe(1);
    expect(body.boosts).toContainEqual(expect.objectContaining({ pattern_id: id, reason: 'rate_band' }));
    expect(body.boosts).toContainEqual(expect.objectContaining({ reason: 'new_pattern' }));
    expect(body.patterns['0123456789abcd']).toEqual({ template: 'disk <*> is full', signatures: ['0123456789abcd'] });
    expect((await call('GET /api/v1/services/web-api')).body.boosts).toHaveLength(2);
    clock.advance(16 * MINUTE);
    expect((await call('GET /api/v1/policies/web-api')).body.boosts).toEqual([]);
  });
});
