import { McpServer } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { registerGithubTools } from '../../../../test/support/mcp/github-tools.ts';
import { mcpOverHttp } from '../../../../test/support/mcp/http-server.ts';
import { callOf, toolServers } from '../../../../test/support/mcp/tool-servers.ts';
import type { ToolServerSettings } from '../settings.ts';

const LOOPBACK = { allow: ['127.0.0.0/8'] };

function at(url: string, headers: Record<string, string> = {}): ToolServerSettings {
  const reach = { kind: 'http', url, headers } as const;
  return { name: 'web', reach, timeoutMs: 10_000, maxResultBytes: 1_048_576, allows: () => true };
}

function github(): McpServer {
  const server = new McpServer({ name: 'github', version: '1.0.0' });
  registerGithubTools(server, (fields) => z.object(fields));
  server.registerTool('large', {}, async () => ({ content: [{ type: 'text', text: 'x'.repeat(20_000_000) }] }));
  return server;
}

test('a server with Streamable HTTP is asked with the headers of the file, many questions at once', async () => {
  const { url, seen } = await mcpOverHttp(github);
  const { servers } = await toolServers([at(url, { 'x-secret': 'from the environment' })], LOOPBACK);
  const call = callOf('web', 'get_repository', { arguments: { owner: 'a', repo: 'b' } });
  const results = await Promise.all(Array.from({ length: 20 }, () => servers.callTool(call)));
  expect(results.map(({ output }) => output)).toEqual(Array(20).fill(expect.objectContaining({ full_name: 'a/b' })));
  expect(seen.every((headers) => headers['x-secret'] === 'from the environment')).toBe(true);
  expect(servers.status()[0]).toMatchObject({ transport: 'http', state: 'connected', protocol: '2026-07-28' });
});

test('private addresses are refused unless egress.allow names them', async () => {
  const { url, seen } = await mcpOverHttp(github);
  const { servers } = await toolServers([at(url)]);
  await expect(servers.tools('web')).rejects.toMatchObject({
    code: 'egress.denied',
    message: expect.stringContaining('egress.allow'),
  });
  expect(seen).toEqual([]);
});

test('an endless answer is cut off, and the server goes on being asked', async () => {
  const { url } = await mcpOverHttp(github);
  const { servers } = await toolServers([at(url)], LOOPBACK);
  await expect(servers.callTool(callOf('web', 'large'))).rejects.toMatchObject({ code: 'upstream.unavailable' });
  const call = callOf('web', 'get_file_contents', { arguments: { owner: 'a', repo: 'b', path: 'c' } });
  await expect(servers.callTool(call)).resolves.toMatchObject({ output: { path: 'c' } });
});

test('a server that nobody runs is unavailable by name', async () => {
  const { servers } = await toolServers([at('http://127.0.0.1:1/mcp')], LOOPBACK);
  await expect(servers.tools('web')).rejects.toMatchObject({
    code: 'upstream.unavailable',
    message: expect.stringContaining('"web"'),
  });
});
