import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { asArray, asObject, asString, type JsonObject } from '../../../server/src/kernel/json.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { RawUpstream } from '../clients/raw-upstream.ts';

const ITEMS = 40;
const MODEL = 'openai/gpt-4o-mini';
const LANES = 4;
/** Bounded, so that a budget holds little of each call. */
const SETTINGS = { max_tokens: 20 };

interface Asked {
  readonly who: 'candidate' | 'judge';
  readonly item: string;
}

/** A provider that knows which item it is asked about, and does not answer while it is told to wait. */
class Provider {
  readonly raw = new RawUpstream();
  readonly asked: Asked[] = [];
  answers: (asked: Asked) => boolean = () => true;

  constructor() {
    this.raw.answer = ({ body }, response) => {
      const json = JSON.parse(body.toString()) as JsonObject;
      const text = asString(asObject(asArray(json.messages)?.at(-1))?.content) ?? '';
      const who = json.response_format === undefined ? 'candidate' : 'judge';
      const item = /item (\d+)/.exec(text)?.[1] ?? '';
      this.asked.push({ who, item });
      if (this.answers({ who, item })) reply(response, json, who === 'judge' ? verdict(text) : `about item ${item}`);
    };
  }
}

function verdict(text: string): string {
  const { answer } = JSON.parse(text) as { answer: string };
  return JSON.stringify({ reason: 'so', evidence: answer, score: 0.9 });
}

function reply(response: ServerResponse, { model }: JsonObject, content: string): void {
  response.setHeader('content-type', 'application/json');
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
  response.end(JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model, choices, usage }));
}

describe('an evaluation run whose process is killed', () => {
  const provider = new Provider();
  let env: Record<string, string>;
  beforeAll(async () => {
    env = { OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: `${await provider.raw.listen()}/v1` };
  });
  afterAll(() => provider.raw.close());

  async function begin(weir: RunningWeir, budgetUsd: number): Promise<string> {
    const items = Array.from({ length: ITEMS }, (_, at) => ({ id: `i${at}`, vars: { at } }));
    const { json: dataset } = await weir.api('POST /api/v1/datasets', { name: 'killed', items });
    const messages = [{ role: 'user', content: 'Say something about item {{ at }}.' }];
    const { json, text } = await weir.api('POST /api/v1/eval-runs', {
      ...{ dataset: dataset.id, candidate: { model: MODEL, messages, settings: SETTINGS }, judge: MODEL },
      evaluators: [{ type: 'rubric', options: { criteria: 'It is about the item.', maxTokens: 30 } }],
      budget_usd: budgetUsd,
    });
    expect(json?.id, text).toEqual(expect.any(String));
    return json.id;
  }

  const ended = async (weir: RunningWeir, id: string) => {
    const look = async () => (await weir.api(`GET /api/v1/eval-runs/${id}`)).json;
    await vi.waitFor(async () => expect((await look()).status).not.toBe('running'), { timeout: 30_000, interval: 100 });
    return look();
  };
  const recordsOf = async (weir: RunningWeir, id: string) => {
    const { data } = (await weir.api('GET /api/v1/usage/records?limit=1000')).json;
    return (data as Record<string, unknown>[]).filter(({ run_id }) => run_id === id);
  };
  const count = (of: Asked) => provider.asked.filter(({ who, item }) => who === of.who && item === of.item).length;

  test('goes on after the restart, pays no answer twice, and its budget holds', async () => {
    let weir = await startWeir({ env });
    const { dataDir } = weir;
    // Candidates are answered, judges are not: four answers are paid for and have no score yet.
    provider.answers = ({ who }) => who === 'candidate';
    const budget = 0.01;
    const id = await begin(weir, budget);
    const judged = () => provider.asked.filter(({ who }) => who === 'judge').length;
    await vi.waitFor(() => expect(judged()).toBe(LANES), { timeout: 20_000, interval: 20 });
    await weir.kill9();
    const paid = provider.asked.filter(({ who }) => who === 'candidate').map(({ item }) => item);
    expect(paid).toHaveLength(LANES);

    // Then somewhere in the middle, several times.
    for (const killAt of [7, 15]) {
      const before = provider.asked.length;
      provider.answers = () => provider.asked.length - before < killAt;
      weir = await startWeir({ env, dataDir });
      await vi.waitFor(() => expect(provider.asked.length - before).toBeGreaterThanOrEqual(killAt), {
        timeout: 20_000,
        interval: 20,
      });
      await weir.kill9();
    }
    provider.answers = () => true;
    weir = await startWeir({ env, dataDir });
    const done = await ended(weir, id);
    expect(done).toMatchObject({ status: 'completed', results: ITEMS, failed_calls: 0, error: null });

    for (const item of paid) expect(count({ who: 'candidate', item })).toBe(1);
    const records = await recordsOf(weir, id);
    const answered = records.filter(({ success }) => success === true);
    const names = answered.map(({ wire, step }) => `${wire} ${step}`);
    expect(new Set(names).size).toBe(names.length);
    // What a dead process had asked and was not told is in the ledger as an estimate, and nothing else is paid besides.
    const estimated = records.filter(({ success }) => success !== true);
    expect(estimated.every(({ cost_state }) => cost_state === 'estimated')).toBe(true);
    expect(estimated.length).toBeLessThanOrEqual(3 * LANES);
    expect(provider.asked.length).toBeLessThanOrEqual(2 * ITEMS + 3 * LANES);
    const cost = records.reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0);
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThanOrEqual(budget);
    await weir.stop();
  }, 120_000);

  test('what it had spent before counts against its budget after', async () => {
    let weir = await startWeir({ env });
    const { dataDir } = weir;
    const before = provider.asked.length;
    provider.answers = () => provider.asked.length - before < 20;
    // More than half of what all items cost; a judge's call holds a quarter of it while it runs.
    const budget = 0.0006;
    const id = await begin(weir, budget);
    await vi.waitFor(() => expect(provider.asked.length - before).toBeGreaterThanOrEqual(20), {
      timeout: 20_000,
      interval: 20,
    });
    await weir.kill9();
    provider.answers = () => true;
    weir = await startWeir({ env, dataDir });
    const done = await ended(weir, id);
    expect(done.status).toBe('stopped');
    expect(done.error).toContain("The evaluation's budget of 0.0006 USD");
    const records = await recordsOf(weir, id);
    const cost = records.reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0);
    expect(cost).toBeLessThanOrEqual(budget);
    expect(cost).toBeGreaterThan(budget / 2);
    await weir.stop();
  }, 120_000);
});
