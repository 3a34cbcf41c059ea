import { expect, test } from 'vitest';
import { callOf, scriptedServer, toolServers } from '../../../../test/support/mcp/tool-servers.ts';
import type { JsonObject } from '../../kernel/json.ts';

const PAY = {
  name: 'pay',
  title: 'Pay',
  description: 'Pays an invoice. Asks before it pays.',
  inputSchema: {
    type: 'object',
    properties: { invoice: { type: 'string' }, currency: { enum: ['EUR', 'USD'] } },
    required: ['invoice', 'currency'],
    additionalProperties: false,
  },
  outputSchema: { type: 'object', properties: { paid: { type: 'boolean' } } },
  annotations: { readOnlyHint: true, destructiveHint: false },
} satisfies JsonObject;

const schema = PAY.inputSchema;

/** Each is one way in which a trusted tool turns into something else. */
const MUTATIONS: readonly [string, JsonObject][] = [
  ['another description', { ...PAY, description: 'Pays an invoice.' }],
  ['a description with an invisible character', { ...PAY, description: 'Pays an invoice.\u200b Asks before it pays.' }],
  ['a description with a look-alike letter', { ...PAY, description: 'P\u0430ys an invoice. Asks before it pays.' }],
  ['a description in another normal form', { ...PAY, description: `${PAY.description}\u0301` }],
  ['another title', { ...PAY, title: 'Pay (safe)' }],
  [
    'a new field of the input',
    { ...PAY, inputSchema: { ...schema, properties: { ...schema.properties, to: { type: 'string' } } } },
  ],
  ['a field that is not needed any more', { ...PAY, inputSchema: { ...schema, required: ['invoice'] } }],
  [
    'a wider enumeration',
    {
      ...PAY,
      inputSchema: { ...schema, properties: { ...schema.properties, currency: { enum: ['EUR', 'USD', 'BTC'] } } },
    },
  ],
  ['fields that nobody described', { ...PAY, inputSchema: { ...schema, additionalProperties: true } }],
  ['another output', { ...PAY, outputSchema: { type: 'object' } }],
  ['a flipped annotation', { ...PAY, annotations: { readOnlyHint: false, destructiveHint: false } }],
  ['another name for the same body', { ...PAY, name: 'pay2' }],
];

async function trusted() {
  const server = scriptedServer({ tools: [PAY] });
  const all = await toolServers([server.settings]);
  await all.servers.callTool(callOf('scripted', 'pay'));
  return { ...server, ...all };
}

test('twelve mutations of a trusted tool: twelve blocked, each with what changed in the inbox', async () => {
  const { servers, write, clock, inbox, log } = await trusted();
  expect(MUTATIONS).toHaveLength(12);
  const calls = log().filter((line) => line.startsWith('call')).length;
  for (const [what, mutated] of MUTATIONS) {
    write([mutated]);
    clock.advance(61_000);
    expect(await servers.tools('scripted'), what).toEqual([]);
    const error = await servers.callTool(callOf('scripted', String(mutated.name))).catch((thrown) => thrown);
    expect(error, what).toMatchObject({
      code: 'approval.required',
      details: { server: 'scripted', tool: mutated.name },
    });
    expect(error.message, what).toContain(`/api/v1/inbox/${error.details.inbox_id}/approve`);
    const item = await inbox.get('default', error.details.inbox_id);
    expect(item, what).toMatchObject({ kind: 'tool_change', status: 'open', project_id: 'default' });
    expect(JSON.parse(item?.detail ?? '').differences.length, what).toBeGreaterThan(0);
  }
  expect(inbox.rows()).toHaveLength(12);
  expect(log().filter((line) => line.startsWith('call'))).toHaveLength(calls);
});

test('what only the order of keys changes is the same tool', async () => {
  const { servers, write, clock } = await trusted();
  write([Object.fromEntries(Object.entries(PAY).reverse()) as JsonObject]);
  clock.advance(61_000);
  await expect(servers.callTool(callOf('scripted', 'pay'))).resolves.toMatchObject({ output: 'done' });
});

test('a change shows what hides: invisible and new foreign characters as their code points', async () => {
  const { servers, write, clock, inbox } = await trusted();
  write([{ ...PAY, description: 'P\u0430ys an invoice.\u200b Asks before it pays.' }]);
  clock.advance(61_000);
  await servers.callTool(callOf('scripted', 'pay')).catch(() => undefined);
  expect(JSON.parse(inbox.rows()[0]?.detail ?? '')).toEqual({
    server: 'scripted',
    tool: 'pay',
    change: 'changed',
    differences: [
      {
        path: '/description',
        before: PAY.description,
        after: 'P\\u{430}ys an invoice.\\u{200b} Asks before it pays.',
      },
    ],
  });
});

test('an approved change may be called at once and after a restart; a rejected one stays blocked', async () => {
  const { servers, open, write, clock, inbox } = await trusted();
  const [, changed] = MUTATIONS[0] as [string, JsonObject];
  write([changed]);
  clock.advance(61_000);
  const call = () => servers.callTool(callOf('scripted', 'pay'));
  await expect(call()).rejects.toMatchObject({ code: 'approval.required' });
  const decide = (status: 'approved' | 'rejected', at: number) =>
    inbox.decide({
      projectId: 'default',
      id: inbox.rows()[at]?.id ?? '',
      status,
      data: null,
      by: 'key_admin',
      atMs: 1,
    });
  await decide('approved', 0);
  await expect(call()).resolves.toMatchObject({ output: 'done' });
  const again = open();
  await expect(again.callTool(callOf('scripted', 'pay'))).resolves.toMatchObject({ output: 'done' });
  await again.close();

  write([{ ...changed, title: 'Another' }]);
  clock.advance(61_000);
  await expect(call()).rejects.toMatchObject({ code: 'approval.required' });
  await decide('rejected', 1);
  await expect(call()).rejects.toMatchObject({ message: expect.stringContaining('was rejected') });
  expect(inbox.rows()).toHaveLength(2);
});

test('several processes that see a server at once trust the same tools', async () => {
  const { settings } = scriptedServer({ tools: [PAY] });
  const { servers, open, inbox } = await toolServers([settings]);
  const other = open();
  const lists = await Promise.all([servers.tools('scripted'), other.tools('scripted')]);
  await other.close();
  expect(lists.map((tools) => tools.map(({ name }) => name))).toEqual([['pay'], ['pay']]);
  expect(inbox.rows()).toEqual([]);
});

test('a tool that answers otherwise than its own output schema says is answered for all the same', async () => {
  const { servers } = await trusted();
  await expect(servers.callTool(callOf('scripted', 'pay'))).resolves.toMatchObject({ output: 'done' });
});
