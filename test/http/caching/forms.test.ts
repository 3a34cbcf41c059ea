import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type Stand, startStand } from '../clients/stand.ts';
import { recordOf } from '../pass-through/support.ts';
import { type Answer, askers } from './support.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.close());

const MODELS = { 'same wire': undefined, 'other wire': true } as const;
const modelOf = (wire: string, translated: boolean) =>
  (wire === 'anthropic-messages') === translated ? 'gpt-4o-mini' : 'claude-sonnet-5';
const FORMS = ['whole', 'stream'] as const;
const said = ({ text, calls, finish, tokens }: Answer) => ({ text, calls, finish, tokens });

const cases = ['openai-chat', 'openai-responses', 'anthropic-messages'].flatMap((wire) =>
  Object.entries(MODELS).flatMap(([name, translated]) =>
    FORMS.flatMap((first) => FORMS.map((second) => ({ wire, name, translated: translated === true, first, second }))),
  ),
);

describe(requirement('A17d'), () => {
  it.each(cases)('$wire, $name: a $first reply is given again as a $second one', async (of) => {
    const asker = askers(stand)[of.wire];
    if (asker === undefined) throw new Error('unknown wire');
    const model = modelOf(of.wire, of.translated);
    const prompt = `What is a weir? ${of.first} then ${of.second} ${of.name}`;
    for (const tools of [false, true]) {
      const question = { model, prompt: tools ? `What is the weather in Paris? ${prompt}` : prompt, tools };
      const first = await asker[of.first]({ ...question, user: 'ann' });
      const sent = stand.simulator.journal.entries.length;
      const second = await asker[of.second]({ ...question, user: 'bob' });
      expect(stand.simulator.journal.entries.length).toBe(sent);
      expect(said(second)).toEqual(said(first));
      expect([first.cache, second.cache]).toEqual(['miss', 'hit']);
      expect(tools ? first.calls.length : first.text.length).toBeGreaterThan(0);
      if (of.wire === 'openai-responses') expect(second.id).not.toBe(first.id);
    }
  });

  it('records a hit as free, with what it saved and who answered', async () => {
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Tell me what it saved.' }] };
    const use = { authorization: `Bearer ${stand.key}`, 'x-weir-cache': 'use' };
    const first = await stand.weir.api('POST /v1/chat/completions', body, use);
    const second = await stand.weir.api('POST /v1/chat/completions', body, use);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('x-weir-cost-usd')).toBe('0');
    expect(second.headers.get('x-weir-provider')).toBe('openai');
    expect(second.headers.get('x-weir-attempts')).toBe('0');
    const paid = await recordOf(stand.weir, first.headers.get('x-request-id'));
    const hit = await recordOf(stand.weir, second.headers.get('x-request-id'));
    expect(paid).toMatchObject({ cache: 'miss', saved_nano_usd: 0 });
    expect(paid.cost_nano_usd).toBeGreaterThan(0);
    expect(hit).toMatchObject({
      cache: 'hit',
      saved_nano_usd: paid.cost_nano_usd,
      cost_nano_usd: 0,
      tokens_used: 0,
      cost_state: 'exact',
      attempts: [],
      provider: 'openai',
      model: paid.model,
      success: true,
    });
    const report = await stand.weir.api('GET /api/v1/usage/report');
    expect(report.json.saved_usd).toBeGreaterThanOrEqual(hit.saved_nano_usd / 1e9);
  });

  it('gives embeddings and legacy completions again too', async () => {
    const use = { authorization: `Bearer ${stand.key}`, 'x-weir-cache': 'use' };
    for (const [path, body] of [
      ['/v1/embeddings', { model: 'text-embedding-3-small', input: 'a weir' }],
      ['/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: 'A weir is', max_tokens: 500 }],
    ] as const) {
      const first = await stand.weir.api(`POST ${path}`, body, use);
      const second = await stand.weir.api(`POST ${path}`, body, use);
      expect([path, first.status, first.headers.get('x-weir-cache'), second.headers.get('x-weir-cache')]).toEqual([
        path,
        200,
        'miss',
        'hit',
      ]);
      expect(second.json).toEqual(first.json);
    }
  });
});
