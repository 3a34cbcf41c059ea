import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startFakeClickHouseLogs } from '../../log-sources/fake-clickhouse-logs.ts';
import { POSTHOG_KEY, type PostHogRow, startFakePostHog } from '../../log-sources/fake-posthog.ts';
import { requirement } from '../../support/requirement.ts';
import { startWeir } from '../../support/weir.ts';
import { shopLines } from './log-lines.ts';

/** What LipService's clients and its dashboard send, path and body; only address and key are ours. */
async function start() {
  const [clickhouse, posthog] = [
    await startFakeClickHouseLogs({ tables: ['logs34'], rows }),
    await startFakePostHog(() => rows),
  ];
  const port = Number(new URL(clickhouse.url).port);
  const weir = await startWeir({
    config: `
logs:
  sources:
    house: { type: clickhouse, url: "http://reader:secret@localhost:${port}/posthog", team_id: 7 }
    hog: { type: posthog, url: "${posthog.url}", project_id: 7, api_key: ${POSTHOG_KEY} }
`,
  });
  onTestFinished(() => weir.stop());
  const developer = { authorization: `Bearer ${await weir.key({ role: 'developer' })}` };
  const sdk = { authorization: `Bearer ${await weir.key()}` };
  return { weir, developer, sdk, clickhouseHost: `localhost:${port}`, apiUrl: posthog.url };
}

let rows: PostHogRow[];
beforeAll(() => {
  rows = shopLines(Date.now()).map(({ body, severity = '', time = 0 }, at) => ({
    ...{
      uuid: `019a-${String(at).padStart(8, '0')}`,
      micros: BigInt(time) * 1000n,
      service: 'web-api',
      body,
      trace: '',
    },
    severity: severity.toLowerCase(),
  }));
});

describe(`LipService's clients work unchanged (${requirement('C5')})`, () => {
  test('services, analysis, policies from ClickHouse and from PostHog, versions, fetching and reporting', async () => {
    const { weir, developer, sdk, clickhouseHost, apiUrl } = await start();

    const created = await weir.api(
      'POST /api/v1/services/',
      { team_id: 7, name: 'web-api', description: 'Shop' },
      developer,
    );
    expect(created).toMatchObject({ status: 201, json: { id: expect.any(Number), team_id: 7, name: 'web-api' } });
    const listed = await weir.api('GET /api/v1/services/?team_id=7', undefined, developer);
    expect(listed.json.data).toMatchObject([{ id: created.json.id, name: 'web-api' }]);
    const one = await weir.api(`GET /api/v1/services/${created.json.id}`, undefined, developer);
    expect(one).toMatchObject({ status: 200, json: { name: 'web-api', is_active: false } });
    expect((await weir.api('GET /api/v1/policies/web-api', undefined, sdk)).status).toBe(404);

    const analysed = await weir.api(
      'POST /api/v1/analysis/analyze',
      { team_id: 7, service_name: 'web-api', hours: 1, clickhouse_host: clickhouseHost },
      developer,
    );
    expect(analysed).toMatchObject({ status: 200, json: { status: 'completed', clusters_found: expect.any(Number) } });

    const pipeline = { team_id: 7, service_name: 'web-api', hours: 1, cost_target: 50.0 };
    const fromClickHouse = await weir.api(
      'POST /api/v1/pipeline/generate-policy',
      { ...pipeline, clickhouse_host: clickhouseHost, llm_provider: 'openai' },
      developer,
    );
    // Without OpenAI's key there are rules.
    expect(fromClickHouse).toMatchObject({
      status: 200,
      json: { status: 'success', policy_version: 1, generated_by: 'rules' },
    });
    const fromPostHog = await weir.api(
      'POST /api/v1/pipeline/generate-policy',
      { ...pipeline, api_url: apiUrl, api_key: 'phx_of_the_caller', llm_provider: 'rule-based' },
      developer,
    );
    expect(fromPostHog).toMatchObject({ status: 200, json: { status: 'success', policy_version: 2 } });
    expect(fromPostHog.json.analysis_summary.total_logs).toBeGreaterThan(5900);
    const elsewhere = { ...pipeline, api_url: 'http://169.254.169.254', api_key: 'x', llm_provider: 'rule-based' };
    expect((await weir.api('POST /api/v1/pipeline/generate-policy', elsewhere, developer)).json.error).toMatchObject({
      details: { param: 'api_url' },
    });

    const history = await weir.api('GET /api/v1/policies/web-api/history?team_id=7', undefined, developer);
    expect(history.json.data.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    const fetched = await weir.api('GET /api/v1/policies/web-api?team_id=7', undefined, sdk);
    expect(fetched).toMatchObject({
      status: 200,
      json: {
        ...{ version: 2, global_rate: expect.any(Number), severity_rates: { ERROR: 1, CRITICAL: 1 } },
        ...{ pattern_rates: expect.any(Object), anomaly_boost: expect.any(Number), generated_by: 'rules' },
        ...{ llm_model: null, reasoning: expect.any(String), created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
      },
    });

    const signature = createHash('md5').update('get /api/orders/N answered').digest('hex');
    const server = {
      signature,
      count: 120,
      sampled_count: 24,
      first_seen: 1_764_000_000.5,
      last_seen: 1_764_000_059.9,
    };
    const floats = { team_id: 7, service_name: 'web-api', patterns: [server], total_logs: 120, unique_patterns: 1 };
    const client = {
      ...{ signature, message_sample: 'GET /api/orders/1 answered', count: 120, severity_distribution: { INFO: 120 } },
      ...{ first_seen: '2026-03-01T12:00:00.123456', last_seen: '2026-03-01T12:00:59.000Z' },
    };
    for (const body of [floats, { service_name: 'web-api', patterns: [client] }]) {
      const reported = await weir.api('POST /api/v1/patterns/stats', body, sdk);
      expect(reported).toMatchObject({ status: 202, json: { status: 'accepted' } });
    }
  }, 60_000);
});
