import { createRequire } from 'node:module';
import { acceptedContent, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { mcpOverHttp } from '../../../../test/support/mcp/http-server.ts';
import { CALLER, callOf, stdioServer, toolServers } from '../../../../test/support/mcp/tool-servers.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { ModelAnswer, RunQuestion } from '../../ports/model-gateway.ts';
import type { ToolServerSettings } from '../settings.ts';
import { CallerTurns } from './caller-turns.ts';
import { answerSampling } from './sampling.ts';

const SAMPLING = { models: ['anthropic/claude-haiku-4-5', 'openai/gpt-5-mini'], maxTokens: 50, maxRounds: 2 };
const RUN = { runId: 'exec_1', step: 'ask', budgets: [], allowances: [], isApproved: true, beside: undefined };
const ORIGIN = { ...RUN, idempotencyKey: 'exec_1:ask:0', asks: () => undefined, settled: () => undefined };

/** The protocol's own test server; of the old era, it asks with requests of its own. */
function everything(more: Partial<ToolServerSettings>): ToolServerSettings {
  const file = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
  return { ...stdioServer('everything', { file }), ...more };
}

function models(answer: Partial<ModelAnswer> | WeirError = {}) {
  const asked: RunQuestion[] = [];
  const whole = { text: 'the weir holds', model: 'gpt-5-mini', inputTokens: 1, outputTokens: 1, finishReason: 'stop' };
  return {
    asked,
    async answer(question: RunQuestion) {
      asked.push(question);
      if (answer instanceof WeirError) throw answer;
      return { ...whole, ...answer };
    },
  };
}

const SAMPLE = callOf('everything', 'trigger-sampling-request', {
  arguments: { prompt: 'Does it hold?', maxTokens: 4000 },
  origin: ORIGIN,
});

test('sampling is off unless the file says so', async () => {
  const { servers } = await toolServers([everything({})]);
  await expect(servers.callTool(SAMPLE)).rejects.toMatchObject({ code: expect.stringMatching(/not_found|rejected/) });
});

test('a server that samples asks in the name of the caller and its run, within its limits', async () => {
  const gateway = models();
  const { servers } = await toolServers([everything({ sampling: SAMPLING })], { models: gateway });
  const { output } = await servers.callTool(SAMPLE);
  expect(JSON.stringify(output)).toContain('the weir holds');
  expect(gateway.asked).toEqual([
    expect.objectContaining({
      caller: CALLER,
      wire: 'mcp:everything',
      model: 'anthropic/claude-haiku-4-5',
      maxTokens: 50,
      run: expect.objectContaining(RUN),
    }),
  ]);
  expect(JSON.stringify(gateway.asked[0]?.messages)).toContain('Does it hold?');
});

test('why a model was not asked is told as a code, to the server and in the log', async () => {
  const refusal = new WeirError('limit.budget', { message: 'The budget of 3 USD has 0 USD left.' });
  const { servers, told } = await toolServers([everything({ sampling: SAMPLING })], { models: models(refusal) });
  await expect(servers.callTool(SAMPLE)).rejects.toMatchObject({ message: expect.stringContaining('limit.budget') });
  await expect(servers.callTool(SAMPLE)).rejects.toMatchObject({ message: expect.not.stringContaining('3 USD') });
  expect(told).toContainEqual({
    event: 'mcp_sampling_refused',
    fields: { server: 'everything', code: 'limit.budget' },
  });
});

test('hints choose among the models of the file; rounds, tools and pictures are bounded; nobody asks outside a call', async () => {
  const gateway = models();
  const turns = new CallerTurns();
  const clock = { now: () => 0, monotonic: () => 0, after: () => () => undefined };
  const of = { server: 'x', settings: SAMPLING, models: gateway, turns, clock, refused: () => undefined };
  const text = { role: 'user' as const, content: { type: 'text' as const, text: 'hello' } };
  await expect(answerSampling({ messages: [text], maxTokens: 9 }, of)).rejects.toThrow(
    'only asked while a tool is called',
  );
  await turns.enter({ call: callOf('x', 'y'), deadline: 1000, rounds: 0, items: new Set<string>() });
  const image = { role: 'user' as const, content: { type: 'image' as const, data: '', mimeType: 'image/png' } };
  await expect(answerSampling({ messages: [image], maxTokens: 9 }, of)).rejects.toThrow('Only text');
  await expect(answerSampling({ messages: [text], maxTokens: 9, tools: [] }, of)).rejects.toThrow(
    'Tools are not offered',
  );
  const modelPreferences = { hints: [{ name: 'opus' }, { name: 'gpt-5' }] };
  await answerSampling({ messages: [text], maxTokens: 9, modelPreferences, systemPrompt: 'Be brief' }, of);
  expect(gateway.asked[0]).toMatchObject({
    model: 'openai/gpt-5-mini',
    maxTokens: 9,
    messages: [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'hello' },
    ],
  });
  await answerSampling({ messages: [text], maxTokens: 9 }, of);
  await expect(answerSampling({ messages: [text], maxTokens: 9 }, of)).rejects.toThrow('2 times');
});

const ELICIT = callOf('everything', 'trigger-elicitation-request', { origin: ORIGIN });

test('a server that elicits waits for the inbox, and gets what the person filled in', async () => {
  const { servers, inbox } = await toolServers([everything({ elicitation: true })]);
  const calling = servers.callTool(ELICIT);
  await vi.waitFor(() => expect(inbox.rows()).toHaveLength(1), { timeout: 10_000 });
  const [item] = inbox.rows();
  expect(item).toMatchObject({
    kind: 'elicitation',
    status: 'open',
    project_id: 'default',
    run_id: 'exec_1',
    path: 'ask',
  });
  expect(JSON.parse(item?.form ?? '')).toMatchObject({ type: 'object', properties: { name: expect.anything() } });
  const data = JSON.stringify({ name: 'Ada', check: true });
  await inbox.decide({ projectId: 'default', id: item?.id ?? '', status: 'approved', data, by: 'key_1', atMs: 1 });
  expect(JSON.stringify((await calling).output)).toContain('Ada');
});

test('a question that nobody answers in time expires with its call', async () => {
  const { servers, inbox } = await toolServers([everything({ elicitation: true })]);
  await servers.tools('everything');
  await expect(servers.callTool({ ...ELICIT, timeoutMs: 1500 })).rejects.toMatchObject({ code: 'upstream.timeout' });
  await vi.waitFor(() => expect(inbox.rows()[0]?.status).toBe('expired'), { timeout: 10_000 });
});

test('a call of a run that is made again finds what it asked before, in the order of its questions', async () => {
  const { servers, inbox } = await toolServers([everything({ elicitation: true })]);
  const left = new AbortController();
  const broken = servers.callTool({ ...ELICIT, signal: left.signal });
  await vi.waitFor(() => expect(inbox.rows()).toHaveLength(1), { timeout: 10_000 });
  left.abort(new Error('the process ends'));
  await expect(broken).rejects.toThrow();
  const calling = servers.callTool(ELICIT);
  const data = JSON.stringify({ name: 'Ada', check: true });
  const id = inbox.rows()[0]?.id ?? '';
  await inbox.decide({ projectId: 'default', id, status: 'approved', data, by: 'key_1', atMs: 1 });
  expect(JSON.stringify((await calling).output)).toContain('Ada');
  // The same call again: the answer is known. Another try of the step asks anew.
  expect(JSON.stringify((await servers.callTool(ELICIT)).output)).toContain('Ada');
  expect(inbox.rows()).toHaveLength(1);
  const next = servers.callTool({ ...ELICIT, origin: { ...ORIGIN, idempotencyKey: 'exec_1:ask:1' }, timeoutMs: 3000 });
  await vi.waitFor(() => expect(inbox.rows()).toHaveLength(2), { timeout: 10_000 });
  await expect(next).rejects.toMatchObject({ code: 'upstream.timeout' });
});

test('servers of the new era ask within their answers, through the same doors', async () => {
  const confirmation = z.object({ confirm: z.boolean() });
  const { url } = await mcpOverHttp(() => {
    const server = new McpServer({ name: 'deployer', version: '1.0.0' });
    server.registerTool('deploy', {}, async ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'confirm', confirmation);
      if (answer === undefined) {
        return inputRequired({
          inputRequests: { confirm: inputRequired.elicit({ message: 'Deploy?', requestedSchema: confirmation }) },
        });
      }
      return { content: [{ type: 'text', text: answer.confirm ? 'deployed' : 'left alone' }] };
    });
    return server;
  });
  const settings = {
    ...everything({ elicitation: true }),
    name: 'web',
    reach: { kind: 'http', url, headers: {} } as const,
  };
  const { servers, inbox } = await toolServers([settings], { allow: ['127.0.0.0/8'] });
  const calling = servers.callTool(callOf('web', 'deploy'));
  await vi.waitFor(() => expect(inbox.rows()).toHaveLength(1), { timeout: 10_000 });
  const data = JSON.stringify({ confirm: true });
  await inbox.decide({
    projectId: 'default',
    id: inbox.rows()[0]?.id ?? '',
    status: 'approved',
    data,
    by: 'k',
    atMs: 1,
  });
  expect((await calling).output).toBe('deployed');
});

test('calls of different keys take turns with a server that asks back; those of one key do not wait', async () => {
  const turns = new CallerTurns();
  const turn = (keyId: string) => ({
    call: callOf('x', 'y', { caller: { ...CALLER, keyId } }),
    deadline: 0,
    rounds: 0,
    items: new Set<string>(),
  });
  const [first, second, other, late] = [turn('a'), turn('a'), turn('b'), turn('a')];
  const begun: string[] = [];
  const enter = (of: ReturnType<typeof turn>, name: string) => turns.enter(of).then(() => void begun.push(name));
  const all = [enter(first, 'first'), enter(second, 'second'), enter(other, 'other'), enter(late, 'late')];
  await Promise.all(all.slice(0, 2));
  expect(begun).toEqual(['first', 'second']);
  turns.leave(first);
  turns.leave(second);
  await all[2];
  expect(turns.current).toBe(other);
  turns.leave(other);
  await all[3];
  expect(begun).toEqual(['first', 'second', 'other', 'late']);
});
