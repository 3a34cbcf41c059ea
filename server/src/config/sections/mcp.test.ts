import { expect, test } from 'vitest';
import { mcpSchema } from './mcp.ts';

function problems(server: object, name = 'github'): string[] {
  const parsed = mcpSchema.safeParse({ servers: { [name]: server } });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`);
}

test('takes a process or an address, each with its own settings', () => {
  expect(problems({ command: 'node', args: ['x'], env: { A: 'b' }, broker: {} })).toEqual([]);
  expect(problems({ url: 'https://mcp.example/mcp', headers: { authorization: 'Bearer x' } })).toEqual([]);
});

test.each([
  ['neither', {}, 'command: is needed, or url; not both'],
  ['both', { command: 'x', url: 'https://mcp.example' }, 'command: is needed, or url; not both'],
  ['headers of a process', { command: 'x', headers: {} }, 'headers: is only for servers with url'],
  ['a broker of an address', { url: 'https://mcp.example', broker: {} }, 'broker: is only for servers with command'],
  ['an address that is none', { url: 'file:///etc/passwd' }, 'url: '],
  [
    'a provider key beside the broker',
    { command: 'x', broker: {}, env: { OPENAI_API_KEY: 'sk-1' } },
    'env: OPENAI_API_KEY is what broker sets; leave one of them out',
  ],
])('refuses %s', (_what, server, message) => {
  expect(problems(server)).toContainEqual(expect.stringContaining(message));
});

test('refuses names that could not stand in keys and messages', () => {
  for (const name of ['', 'UPPER', 'a b', '../x']) {
    expect(mcpSchema.safeParse(JSON.parse(`{"servers":{${JSON.stringify(name)}:{"command":"x"}}}`)).success, name).toBe(
      false,
    );
  }
});
