import { describe, expect, test } from 'vitest';
import { NOON, settled } from '../../../../../test/contracts/ledger-records.ts';
import { managementServer } from '../../../../../test/support/management-server.ts';
import { requirement } from '../../../../../test/support/requirement.ts';
import { DAY_MS } from '../../../kernel/time.ts';
import type { UsageRecord } from '../../../kernel/usage-record.ts';

const IDS = (body: { data: { request_id?: string; id?: string }[] }) =>
  body.data.map((row) => row.request_id ?? row.id);

async function withCalls() {
  const records: UsageRecord[] = [
    settled('req_default', { project_id: 'default', cost_nano_usd: 1_000_000 }),
    settled('req_other', { project_id: 'other', timestamp: NOON - 1 }),
    settled('req_old', { project_id: 'default', timestamp: NOON - 40 * DAY_MS }),
  ];
  return managementServer({ records });
}

describe(requirement('B7'), () => {
  test('answers for a project and a range of dates, as ISO 8601 or epoch milliseconds', async () => {
    const { call } = await withCalls();
    for (const [from, to] of [
      ['2026-11-20', '2026-11-21'],
      ['2026-11-20T13:00:00+01:00', '2026-11-20T12:00:01Z'],
      [NOON, NOON + 1],
    ]) {
      const { body } = await call(`GET /api/v1/usage/report?project_id=default&from=${from}&to=${to}`);
      expect(body).toMatchObject({
        total_cost: 0.001,
        cost_by_agent: { tutor: 0.001 },
        cost_by_model: { 'gpt-4o-mini': 0.001 },
        token_usage: { input: 10, output: 5, total: 15 },
        request_count: 1,
        success_rate: 1,
      });
    }
  });

  test('covers the last 30 days, up to this moment, and all projects for an admin', async () => {
    const { call } = await withCalls();
    const { body } = await call('GET /api/v1/usage/report?group_by=day,agent');
    expect(body.request_count).toBe(2);
    expect(body.groups).toMatchObject([{ day: '2026-11-20T00:00:00Z', agent: 'tutor', request_count: 2 }]);
  });

  test('is given as CSV', async () => {
    const { call } = await withCalls();
    const answer = await call('GET /api/v1/usage/report?group_by=model&format=csv');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.text.split('\r\n')[0]).toMatch(/^model,request_count,/);
    expect(answer.text.split('\r\n')[1]).toMatch(/^gpt-4o-mini,2,1,20,10,30,/);
  });

  test.each([
    ['from=2026-11-21&to=2026-11-20', 'from'],
    ['from=yesterday', 'from'],
    ['to=2026-13-01', 'to'],
    ['group_by=agent,colour', 'group_by'],
    ['format=xml', 'format'],
    ['colour=red', 'colour'],
  ])('refuses ?%s, naming %s', async (query, param) => {
    const { call } = await managementServer();
    const answer = await call(`GET /api/v1/usage/report?${query}`);
    expect([answer.status, answer.body.error.details.param]).toEqual([400, param]);
  });
});

describe('records', () => {
  test('are one call, those of a key or model, or those that failed; a key that sees its own calls only sees no others', async () => {
    const records = [
      settled('req_good', { project_id: 'default' }),
      settled('req_bad', {
        project_id: 'default',
        success: false,
        model: 'gpt-4o',
        key_id: 'key_2',
        timestamp: NOON - 1,
      }),
    ];
    const { call } = await managementServer({ records });
    const ids = async (query: string, key?: string) =>
      IDS((await call(`GET /api/v1/usage/records?${query}`, key === undefined ? {} : { key })).body);
    expect(await ids('request_id=req_bad')).toEqual(['req_bad']);
    expect(await ids('success=false')).toEqual(['req_bad']);
    expect(await ids('success=true')).toEqual(['req_good']);
    expect(await ids('model=gpt-4o')).toEqual(['req_bad']);
    expect(await ids('key_id=key_1')).toEqual(['req_good']);
    const { key } = (await call('POST /api/v1/keys', { body: { name: 'own' } })).body;
    expect(await ids('key_id=key_1', key)).toEqual([]);
  });

  test('come newest first, page by page, of any age', async () => {
    const { call } = await withCalls();
    const first = await call('GET /api/v1/usage/records?limit=2');
    expect(IDS(first.body)).toEqual(['req_default', 'req_other']);
    const second = await call(`GET /api/v1/usage/records?limit=2&cursor=${first.body.next_cursor}`);
    expect(IDS(second.body)).toEqual(['req_old']);
    expect(second.body.next_cursor).toBeNull();
    expect((await call('GET /api/v1/usage/records?limit=1001')).status).toBe(400);
    expect((await call('GET /api/v1/usage/records?cursor=nonsense')).status).toBe(400);
  });

  test('are seen by admins of all projects, by others of their own', async () => {
    const { call, key } = await withCalls();
    const viewer = await key('viewer', 'default');
    for (const path of ['usage/records', 'telemetry', 'costs']) {
      expect(IDS((await call(`GET /api/v1/${path}`)).body)).toHaveLength(3);
      expect(IDS((await call(`GET /api/v1/${path}?project_id=default`)).body)).toEqual(['req_default', 'req_old']);
      expect(IDS((await call(`GET /api/v1/${path}`, { key: viewer })).body)).toEqual(['req_default', 'req_old']);
    }
  });

  test('are seen by inference keys only where they made the call', async () => {
    const { call, ledger } = await managementServer();
    const [own, other] = [
      (await call('POST /api/v1/keys', { body: { name: 'own' } })).body,
      (await call('POST /api/v1/keys', { body: { name: 'other' } })).body,
    ];
    await ledger.settle(settled('req_own', { project_id: 'default', key_id: own.id }));
    await ledger.settle(settled('req_b', { project_id: 'default' }));
    for (const path of ['usage/records', 'telemetry', 'costs']) {
      expect(IDS((await call(`GET /api/v1/${path}`, { key: own.key })).body)).toEqual(['req_own']);
      expect(IDS((await call(`GET /api/v1/${path}`, { key: other.key })).body)).toEqual([]);
    }
    const report = await call('GET /api/v1/usage/report', { key: own.key });
    expect(report.body).toMatchObject({ request_count: 1, token_usage: { total: 15 } });
    expect((await call('GET /api/v1/usage/report?project_id=nobody', { key: own.key })).status).toBe(404);
  });

  test('are told apart by what guardrails found in them, and their findings added up', async () => {
    const { call, ledger, key } = await withCalls();
    const finding = { guardrail: 'pii', type: 'email', start: 0, end: 9, score: 1 } as const;
    const findings = [{ ...finding, origin: 'user', action: 'monitor' } as const];
    await ledger.settle(settled('req_found', { project_id: 'other', findings }));
    expect(IDS((await call('GET /api/v1/usage/records?findings=true')).body)).toEqual(['req_found']);
    const { body } = await call('GET /api/v1/guardrails/findings?by=hour');
    expect(body).toMatchObject({ complete: true, calls: 3, calls_found: 1, calls_blocked: 0, calls_unscanned: 0 });
    expect(body.groups).toMatchObject([
      { start: '2026-11-20T12:00:00.000Z', guardrail: 'pii', type: 'email', calls: 1 },
    ]);
    const viewer = await key('viewer', 'default');
    expect((await call('GET /api/v1/guardrails/findings', { key: viewer })).body).toMatchObject({ calls_found: 0 });
  });

  test('are hidden when reports are switched off', async () => {
    const { call, settings } = await withCalls();
    settings.reports = false;
    for (const path of ['usage/report', 'usage/records', 'telemetry', 'costs']) {
      const answer = await call(`GET /api/v1/${path}`);
      expect(answer.status).toBe(404);
      expect(answer.body.error.message).toContain('usage.reports');
    }
  });
});

describe('reconciling by API', () => {
  test("takes a provider's export as JSON or CSV", async () => {
    const { call } = await withCalls();
    const json = [{ provider: 'openai', model: 'gpt-4o-mini', input_tokens: 10, output_tokens: 5, cost_usd: 0.002 }];
    const csv = 'provider,model,input_tokens,output_tokens,cost_usd\nopenai,gpt-4o-mini,10,5,0.002\n';
    for (const body of [json, csv]) {
      const answer = await call('POST /api/v1/usage/reconcile?project_id=default', { body });
      expect(answer.status).toBe(200);
      expect(answer.body.data).toMatchObject([{ model: 'gpt-4o-mini', ratio: { input_tokens: 1, cost_usd: 0.5 } }]);
    }
  });

  test('refuses an empty body, bytes that are no text, and viewers', async () => {
    const { call, key, app } = await withCalls();
    expect((await call('POST /api/v1/usage/reconcile')).status).toBe(400);
    const viewer = await key('viewer', 'default');
    expect((await call('POST /api/v1/usage/reconcile', { key: viewer, body: [] })).status).toBe(403);
    const url = '/api/v1/usage/reconcile';
    const headers = { 'x-api-key': await key('operator', 'default'), 'content-type': 'text/csv' };
    const answer = await app.inject({ method: 'POST', url, headers, payload: Buffer.from([0xff, 0xfe, 0x00]) });
    expect(answer.statusCode).toBe(400);
  });
});
