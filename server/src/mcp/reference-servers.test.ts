import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CALLER, callOf, stdioServer, toolServers } from '../../../test/support/mcp/tool-servers.ts';

const QUESTION = { caller: CALLER, signal: new AbortController().signal, timeoutMs: 15_000 };

/** A server of the protocol's own makers. */
function reference(name: string, args: readonly string[] = []) {
  const file = createRequire(import.meta.url).resolve(`@modelcontextprotocol/server-${name}/dist/index.js`);
  return stdioServer(name, { file, args });
}

function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'files-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

test('the filesystem server reads a file, and refuses what is outside', async () => {
  const directory = directoryWith({ 'note.txt': 'hello' });
  const { servers } = await toolServers([reference('filesystem', [directory])]);
  const read = (path: string) => servers.callTool(callOf('filesystem', 'read_text_file', { arguments: { path } }));
  expect((await read(join(directory, 'note.txt'))).output).toEqual({ content: 'hello' });
  await expect(read('/etc/hostname')).rejects.toMatchObject({
    code: 'upstream.rejected',
    message: expect.stringContaining('failed'),
  });
});

test('the memory server keeps what it is told', async () => {
  const { servers } = await toolServers([reference('memory')]);
  const entities = [{ name: 'Weir', entityType: 'dam', observations: ['holds water'] }];
  await servers.callTool(callOf('memory', 'create_entities', { arguments: { entities } }));
  const { output } = await servers.callTool(callOf('memory', 'open_nodes', { arguments: { names: ['Weir'] } }));
  expect(output).toMatchObject({ entities: [{ name: 'Weir' }] });
});

test('prompts are flattened, resources found by their URI', async () => {
  const { servers } = await toolServers([reference('everything'), reference('memory')]);
  const prompt = { ...QUESTION, server: 'everything', name: 'args-prompt', arguments: { city: 'Ghent' } };
  expect(await servers.getPrompt(prompt)).toMatchObject({
    messages: [{ role: 'user', content: expect.stringContaining('Ghent') }],
  });
  const uri = 'demo://resource/dynamic/text/1';
  expect(await servers.readResource({ ...QUESTION, server: undefined, uri })).toContain('Resource 1');
  await expect(
    servers.readResource({ ...QUESTION, server: undefined, uri: 'nobody://has/this' }),
  ).rejects.toMatchObject({
    code: 'resource.not_found',
  });
  await expect(servers.getPrompt({ ...prompt, name: 'no-such-prompt' })).rejects.toMatchObject({
    code: 'upstream.rejected',
    details: { server: 'everything' },
  });
});
