import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EvaluationStand } from '../evaluations/stand.ts';

let stand: EvaluationStand;
beforeAll(async () => {
  stand = await EvaluationStand.open();
});
afterAll(() => stand.close());

test('a starter is measured on its own cases with its own evaluator', async () => {
  stand.answer = (text) => `${text} ?`;
  const name = 'tutor/tutor_greeting';
  const datasets = (await stand.call('GET /api/v1/datasets')).json.data as { name: string; id: string }[];
  const dataset = datasets.find((each) => each.name === name)?.id;
  const run = await stand.make('POST /api/v1/eval-runs', {
    dataset,
    candidate: { model: 'gpt-4o-mini', prompt: { name, label: 'latest' } },
    evaluators: [{ name: `${name}.mentions` }],
  });
  const ended = await stand.ended(run.id);
  expect(ended).toMatchObject({ status: 'completed', results: 10 });
  expect(ended.scores[`${name}.mentions`]).toBeGreaterThan(0.9);
  expect(JSON.stringify(stand.asked.at(-1)?.messages)).toContain('You are a tutor for');
});

test('a run fills in defaults and what the prompt includes', async () => {
  stand.answer = (text) => text;
  await stand.make('POST /api/v1/prompts', { name: 'team/tone', template: 'Be {{ tone }}.' });
  const properties = { tone: { type: 'string', default: 'kind' }, topic: {} };
  await stand.make('POST /api/v1/prompts', {
    name: 'team/run',
    messages: [{ role: 'user', content: '{% include "team/tone@1" %} On {{ topic }}' }],
    variables: { type: 'object', properties, required: ['topic'] },
  });
  const items = [{ id: 'a', vars: { topic: 'weirs' }, expected: 'Be kind. On weirs' }];
  const { id: dataset } = await stand.make('POST /api/v1/datasets', { name: 'cases of run', items });
  const candidate = { model: 'gpt-4o-mini', prompt: { name: 'team/run' } };
  const run = await stand.make('POST /api/v1/eval-runs', { dataset, candidate, evaluators: [{ type: 'exact' }] });
  expect((await stand.ended(run.id)).scores.exact).toBe(1);
  const missing = {
    dataset,
    candidate: { model: 'gpt-4o-mini', prompt: { name: 'team/nobody' } },
    evaluators: [{ type: 'exact' }],
  };
  expect((await stand.call('POST /api/v1/eval-runs', { body: missing })).status).toBe(404);
});

test('MCP clients see the prompts of their project', async () => {
  const { key } = await stand.weir.key({ role: 'developer' });
  const client = new Client({ name: 'test', version: '1' });
  const headers = { authorization: `Bearer ${key}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${stand.weir.url}/mcp`), { requestInit: { headers } }),
  );
  const { prompts } = await client.listPrompts();
  expect(prompts).toContainEqual({
    name: 'tutor/onboarding_interview',
    description: 'Asks a new student the next question of an interview',
    arguments: [
      { name: 'conversation_history', description: 'What was said so far', required: true },
      { name: 'current_focus', description: 'What is to be found out now', required: true },
    ],
  });
  const given = { conversation_history: 'Student: hello', current_focus: 'goals' };
  const { messages } = await client.getPrompt({ name: 'tutor/onboarding_interview', arguments: given });
  expect(JSON.stringify(messages)).toContain('Student: hello');
  await expect(client.getPrompt({ name: 'tutor/onboarding_interview', arguments: {} })).rejects.toThrow(
    'conversation_history',
  );
  await client.close();
});
