import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import {
  callOf,
  scriptedServer,
  serverFile,
  stdioServer,
  toolServers,
} from '../../../test/support/mcp/tool-servers.ts';

const NO_INPUT = { type: 'object', properties: {} };

for (const variant of ['github-server', 'github-server-legacy'] as const) {
  test(`tools of ${variant} are listed and called over stdio`, async () => {
    const count = join(mkdtempSync(join(tmpdir(), 'count-')), 'count');
    const github = stdioServer('github', { file: serverFile(variant), env: { COUNT: count, STARS: '123' } });
    const { servers } = await toolServers([github]);
    expect(servers.status()[0]).toMatchObject({ name: 'github', state: 'idle', tools: null });
    const tools = await servers.tools('github');
    expect(tools.map(({ name }) => name)).toEqual(['create_issue', 'fails', 'get_file_contents', 'get_repository']);
    const input = { owner: 'anthropics', repo: 'sdk' };
    const { output, raw } = await servers.callTool(callOf('github', 'get_repository', { arguments: input }));
    expect(output).toMatchObject({ full_name: 'anthropics/sdk', stargazers_count: 123 });
    expect(raw).toMatchObject({ content: [{ type: 'text' }] });
    expect(JSON.parse(readFileSync(count, 'utf8'))).toEqual({ t: 'get_repository', a: input });
    const protocol = variant === 'github-server' ? '2026-07-28' : '2025-11-25';
    expect(servers.status()[0]).toMatchObject({
      state: 'connected',
      protocol,
      tools: { callable: 4, quarantined: [] },
    });
  });
}

test('WD12: results are unwrapped: structuredContent, then JSON text, then text; the raw result is kept', async () => {
  const result = (text: string) => ({ content: [{ type: 'text', text }] });
  const { settings } = scriptedServer({
    tools: ['structured', 'json', 'text', 'texts'].map((name) => ({ name, inputSchema: NO_INPUT })),
    answers: {
      structured: { ...result('for people'), structuredContent: { stargazers_count: 5 } },
      json: result('{"stargazers_count":7}'),
      text: result('just {text'),
      texts: { content: [...result('one').content, ...result('two').content] },
    },
  });
  const { servers } = await toolServers([settings]);
  const outputs = await Promise.all(
    ['structured', 'json', 'text', 'texts'].map((tool) => servers.callTool(callOf('scripted', tool))),
  );
  expect(outputs.map(({ output }) => output)).toEqual([
    { stargazers_count: 5 },
    { stargazers_count: 7 },
    'just {text',
    'one\ntwo',
  ]);
  expect(outputs[0]?.raw).toMatchObject({
    content: [{ text: 'for people' }],
    structuredContent: { stargazers_count: 5 },
  });
});

test("WD13: isError is a failure with the server's text, bounded and on one line", async () => {
  const text = `no rights\u202e\n${'x'.repeat(3000)}`;
  const { settings } = scriptedServer({
    tools: [{ name: 'bad', inputSchema: NO_INPUT }],
    answers: { bad: { isError: true, content: [{ type: 'text', text }] } },
  });
  const { servers } = await toolServers([settings]);
  const error = await servers.callTool(callOf('scripted', 'bad')).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'upstream.rejected', details: { server: 'scripted', tool: 'bad' } });
  expect(error.message).toMatch(/^Tool "bad" of MCP server "scripted" failed: no rights xxx/);
  expect(error.message.length).toBeLessThan(600);
});

test('a child gets what the file names and PATH, nothing else of our environment', async () => {
  vi.stubEnv('WEIR_MASTER_KEY', 'very secret');
  vi.stubEnv('OPENAI_API_KEY', 'very secret');
  const { settings } = scriptedServer({ tools: [{ name: 'env', inputSchema: NO_INPUT }], answers: { env: 'env' } });
  const { servers } = await toolServers([settings]);
  const { output } = await servers.callTool(callOf('scripted', 'env'));
  expect(output).toMatchObject({ SCRIPT: expect.any(String), PATH: expect.any(String) });
  expect(JSON.stringify(output)).not.toContain('very secret');
  vi.unstubAllEnvs();
});

test('a server that dies gives upstream.unavailable that names it, and is started again at the next question', async () => {
  const { settings, log } = scriptedServer({
    tools: ['die', 'live'].map((name) => ({ name, inputSchema: NO_INPUT })),
    answers: { die: 'die' },
  });
  const { servers } = await toolServers([settings]);
  await servers.callTool(callOf('scripted', 'live'));
  const starts = log().filter((line) => line === 'start').length;
  await expect(servers.callTool(callOf('scripted', 'die'))).rejects.toMatchObject({
    code: 'upstream.unavailable',
    message: expect.stringContaining('"scripted"'),
  });
  expect(servers.status()[0]).toMatchObject({ state: 'down', error: expect.stringContaining('scripted') });
  await expect(servers.callTool(callOf('scripted', 'live'))).resolves.toMatchObject({ output: 'done' });
  // How it speaks is known: no second process finds out again.
  expect(log().filter((line) => line === 'start')).toHaveLength(starts + 1);
});

test('a server that cannot be started is paused for longer and longer', async () => {
  const missing = { ...stdioServer('missing', { file: 'x' }) };
  const settings = { ...missing, reach: { ...missing.reach, command: '/nowhere/at-all' } as typeof missing.reach };
  const { servers, told, clock } = await toolServers([settings]);
  const call = () => servers.callTool(callOf('missing', 'x'));
  await expect(call()).rejects.toMatchObject({
    code: 'upstream.unavailable',
    message: expect.stringContaining('"missing"'),
  });
  await expect(call()).rejects.toMatchObject({ code: 'upstream.unavailable', retryAfterMs: expect.any(Number) });
  clock.advance(1000);
  await expect(call()).rejects.toMatchObject({ code: 'upstream.unavailable' });
  const pauses = told.filter(({ event }) => event === 'mcp_failed').map(({ fields }) => fields.pause_ms);
  expect(pauses).toEqual([500, 1000]);
});

test('cancelling reaches the server, and the connection goes on', async () => {
  const { settings, log } = scriptedServer({
    tools: ['wait', 'live'].map((name) => ({ name, inputSchema: NO_INPUT })),
    answers: { wait: 'wait' },
  });
  const { servers } = await toolServers([settings]);
  const stop = new AbortController();
  const waiting = servers.callTool(callOf('scripted', 'wait', { signal: stop.signal }));
  await vi.waitFor(() => expect(log()).toContain('call wait'), { timeout: 10_000 });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'call.cancelled' });
  await vi.waitFor(() => expect(log()).toContain('cancelled wait'), { timeout: 10_000 });
  await expect(servers.callTool(callOf('scripted', 'live'))).resolves.toMatchObject({ output: 'done' });
});

test('a question that takes too long ends with upstream.timeout that names the setting', async () => {
  const { settings } = scriptedServer({ tools: [{ name: 'wait', inputSchema: NO_INPUT }], answers: { wait: 'wait' } });
  const { servers } = await toolServers([settings]);
  await servers.tools('scripted');
  await expect(servers.callTool(callOf('scripted', 'wait', { timeoutMs: 300 }))).rejects.toMatchObject({
    code: 'upstream.timeout',
    message: expect.stringContaining('mcp.servers.scripted.timeout_ms'),
  });
});

test('results that are too large or too deep are refused, others go on', async () => {
  const deep = JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`);
  const { settings } = scriptedServer({
    tools: ['large', 'deep', 'deeptext', 'live'].map((name) => ({ name, inputSchema: NO_INPUT })),
    answers: {
      large: { content: [{ type: 'text', text: 'x'.repeat(20_000) }] },
      deep: { content: [], structuredContent: deep },
      deeptext: { content: [{ type: 'text', text: JSON.stringify(deep) }] },
    },
    maxResultBytes: 10_000,
  });
  const { servers } = await toolServers([settings]);
  const call = (tool: string) => servers.callTool(callOf('scripted', tool));
  await expect(call('large')).rejects.toMatchObject({
    code: 'upstream.bad_reply',
    message: expect.stringContaining('max_result_bytes'),
  });
  await expect(call('deep')).rejects.toMatchObject({
    code: 'upstream.bad_reply',
    message: expect.stringContaining('nested'),
  });
  await expect(call('deeptext')).resolves.toMatchObject({ output: expect.any(String) });
  await expect(call('live')).resolves.toMatchObject({ output: 'done' });
});

test('tools with names that could look like others, doubles and huge ones are never offered', async () => {
  const { settings } = scriptedServer({
    tools: [
      { name: 'fine', inputSchema: NO_INPUT },
      { name: 'twice', inputSchema: NO_INPUT },
      { name: 'twice', description: 'the other', inputSchema: NO_INPUT },
      { name: 'f\u0456ne', inputSchema: NO_INPUT },
      { name: 'fine\u200b', inputSchema: NO_INPUT },
      { name: 'huge', description: 'x'.repeat(70_000), inputSchema: NO_INPUT },
    ],
  });
  const { servers } = await toolServers([settings]);
  expect((await servers.tools('scripted')).map(({ name }) => name)).toEqual(['fine']);
  expect(servers.status()[0]?.tools).toEqual({ callable: 1, quarantined: [], refused: 5 });
});

test('what a server writes to its standard error is counted, never repeated', async () => {
  const { settings } = scriptedServer({
    tools: [{ name: 'live', description: 'a telling description', inputSchema: NO_INPUT }],
    env: { NOISE: 'a password' },
  });
  const { servers, told } = await toolServers([settings]);
  await servers.callTool(callOf('scripted', 'live'));
  await vi.waitFor(() => expect(told.map(({ event }) => event)).toContain('mcp_stderr'));
  expect(JSON.stringify(told)).not.toMatch(/a password|a telling description/);
});

test('unknown servers and tools are named, with what there is', async () => {
  const { settings } = scriptedServer({ tools: [{ name: 'live', inputSchema: NO_INPUT }] });
  const { servers } = await toolServers([settings]);
  await expect(servers.callTool(callOf('nobody', 'live'))).rejects.toMatchObject({
    code: 'resource.not_found',
    message: expect.stringContaining('there are: scripted'),
  });
  await expect(servers.callTool(callOf('scripted', 'nothing'))).rejects.toMatchObject({
    code: 'resource.not_found',
    message: 'The MCP server "scripted" has no tool "nothing".',
  });
});

test('a server that is not for a project cannot be used by it', async () => {
  const { settings } = scriptedServer({ tools: [{ name: 'live', inputSchema: NO_INPUT }] });
  const { servers } = await toolServers([{ ...settings, allows: (projectId) => projectId === 'other' }]);
  await expect(servers.callTool(callOf('scripted', 'live'))).rejects.toMatchObject({
    code: 'auth.denied',
    message: expect.stringContaining('mcp.servers.scripted.projects'),
  });
});

test('closing does not wait for a server that never says a word', async () => {
  const silent = stdioServer('silent', { file: 'x', timeoutMs: 60_000 });
  const reach = { ...silent.reach, args: ['-e', 'setInterval(() => {}, 1000)'] } as typeof silent.reach;
  const { servers } = await toolServers([{ ...silent, reach }]);
  const listing = servers.tools('silent').catch((error) => error);
  await new Promise((resolve) => setImmediate(resolve));
  await servers.close();
  expect(await listing).toMatchObject({ code: 'upstream.unavailable' });
});
