import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect, onTestFinished, test } from 'vitest';
import { memoryWorkflows } from '../../support/mcp/memory-workflows.ts';
import { weirMcp } from '../../support/mcp/weir-mcp.ts';

const ADD = {
  id: 'wf_1',
  name: 'add',
  description: 'Adds two numbers',
  input: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
  run: ({ a, b }: Record<string, unknown>) =>
    ({ status: 'completed', output: { sum: Number(a) + Number(b) }, error: null }) as const,
};
const SLOW = {
  id: 'wf_2',
  name: 'Größe messen!',
  description: 'Takes long',
  input: undefined,
  run: () => ({ status: 'running', output: null, error: null }) as const,
};
const BROKEN = {
  id: 'wf_3',
  name: 'broken',
  description: 'Fails',
  input: undefined,
  run: () => ({ status: 'failed', output: null, error: 'Step "x" failed: no rights' }) as const,
};
const FOREIGN = { ...ADD, id: 'wf_4', name: 'foreign', projectId: 'another' };

interface AnyClient {
  listTools(): Promise<{ tools: { name: string; inputSchema: unknown }[] }>;
  // biome-ignore lint/suspicious/noExplicitAny: results of two libraries
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<any>;
  listPrompts(): Promise<{ prompts: unknown[] }>;
}

/** The official clients of both eras. */
const CLIENTS: Record<string, (url: string, key: string) => Promise<AnyClient>> = {
  'the client of 2026-07-28': (url, key) =>
    connected(new Client(WHO, { versionNegotiation: { mode: { pin: '2026-07-28' } } }), url, key),
  'the client of 2025-11-25': (url, key) => connected(new Client(WHO), url, key),
  async 'the old library'(url, key) {
    const client = new OldClient(WHO);
    await client.connect(new OldTransport(new URL(url), { requestInit: bearer(key) }) as never);
    onTestFinished(() => client.close());
    return client as unknown as AnyClient;
  },
};
const WHO = { name: 'test', version: '1.0.0' };

async function connected(client: Client, url: string, key: string): Promise<AnyClient> {
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: bearer(key) }));
  onTestFinished(() => client.close());
  return client as unknown as AnyClient;
}

function bearer(key: string): RequestInit {
  return { headers: { authorization: `Bearer ${key}` } };
}

for (const [which, connect] of Object.entries(CLIENTS)) {
  test(`${which} calls published workflows as tools`, async () => {
    const workflows = memoryWorkflows([ADD, SLOW, BROKEN, FOREIGN]);
    const { url, key, bugs } = await weirMcp(workflows);
    const client = await connect(url, await key('inference', 'default'));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'add',
      expect.stringMatching(/^Gr_e_messen__[0-9a-f]{8}$/),
      'broken',
      'weir_execution',
    ]);
    expect(tools[0]?.inputSchema).toEqual(ADD.input);

    const sum = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } });
    expect(sum).toMatchObject({ content: [{ type: 'text', text: '{"sum":5}' }], structuredContent: { sum: 5 } });
    expect(workflows.runs).toEqual([{ id: 'wf_1', input: { a: 2, b: 3 }, keyId: expect.stringMatching(/^key_/) }]);

    expect(await client.callTool({ name: 'broken' })).toMatchObject({
      isError: true,
      content: [{ text: 'Step "x" failed: no rights' }],
    });

    const slow = await client.callTool({ name: String(tools[1]?.name) });
    expect(slow.structuredContent).toEqual({ execution_id: 'exec_3', status: 'running' });
    workflows.finish('exec_3', { status: 'completed', output: 'tall', error: null });
    const later = await client.callTool({ name: 'weir_execution', arguments: { execution_id: 'exec_3' } });
    expect(later.content).toEqual([{ type: 'text', text: 'tall' }]);
    expect(await client.callTool({ name: 'weir_execution', arguments: { execution_id: 'exec_9' } })).toMatchObject({
      isError: true,
      content: [{ text: 'There is no run "exec_9".' }],
    });

    expect(await client.callTool({ name: 'foreign', arguments: { a: 1, b: 1 } })).toMatchObject({
      isError: true,
      content: [{ text: 'There is no tool "foreign".' }],
    });
    expect((await client.listPrompts()).prompts).toEqual([]);
    expect(bugs).toEqual([]);
  });
}

test('prompts are prompts', async () => {
  const argument = { name: 'topic', description: 'What about', required: true };
  const { url, key } = await weirMcp(memoryWorkflows([]), {
    list: async () => [{ name: 'explain', description: 'Explains', arguments: [argument] }],
    render: async ({ arguments: given }) => [{ role: 'user', text: `Explain ${given.topic}` }],
  });
  const client = new Client(WHO, { versionNegotiation: { mode: 'auto' } });
  await connected(client, url, await key('developer', 'default'));
  expect((await client.listPrompts()).prompts).toEqual([
    { name: 'explain', description: 'Explains', arguments: [argument] },
  ]);
  const { messages } = await client.getPrompt({ name: 'explain', arguments: { topic: 'dams' } });
  expect(messages).toEqual([{ role: 'user', content: { type: 'text', text: 'Explain dams' } }]);
});

test('who has no key, or one that may not call, is refused before anything is read', async () => {
  const { url, key } = await weirMcp(memoryWorkflows([ADD]));
  const ask = async (headers: Record<string, string>) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return response.status;
  };
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: `Bearer ${await key('viewer', 'default')}` })).toBe(403);
});

test('a bug says nothing to the client and is reported', async () => {
  const { url, key, bugs } = await weirMcp(
    memoryWorkflows([
      {
        ...ADD,
        run: () => {
          throw new Error('a secret detail');
        },
      },
    ]),
  );
  const client = await CLIENTS['the client of 2025-11-25']?.(url, await key('inference', 'default'));
  await expect(client?.callTool({ name: 'add', arguments: { a: 1, b: 1 } })).rejects.toMatchObject({
    message: expect.not.stringContaining('secret'),
  });
  expect(bugs).toHaveLength(1);
});
