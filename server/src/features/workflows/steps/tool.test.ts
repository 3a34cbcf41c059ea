import { describe, expect, test } from 'vitest';
import { runStand, scopeOf, stepOf } from '../../../../../test/support/run-stand.ts';
import type { Tool, ToolCall } from '../../../ports/tool-servers.ts';
import type { Effect } from '../flow.ts';

const TOOL: Tool = {
  server: 'github',
  name: 'get_repo',
  description: '',
  inputSchema: {},
  outputSchema: undefined,
  readOnly: false,
  idempotent: false,
  destructive: true,
};

function stand(tool: Partial<Tool> = {}, output: object = { stars: 5 }) {
  const called: ToolCall[] = [];
  const stood = runStand({
    servers: {
      tools: async () => [{ ...TOOL, ...tool }],
      async callTool(call) {
        called.push(call);
        return { output: output as never, raw: { content: [], structuredContent: output as never } };
      },
      getPrompt: async ({ name, arguments: given }) => ({ description: name, messages: [given] }),
      readResource: async ({ server, uri }) => ({ server: server ?? null, uri }),
    },
  });
  return { ...stood, called };
}

const step = (effect?: Effect) =>
  stepOf('tool', { server: 'github', tool: 'get_repo', params: { repo: '{{input.repo}}' }, effect });

describe('a tool step', () => {
  test('calls the tool for its run and gives the unwrapped result', async () => {
    const { runners, attempt, called } = stand();
    const input = runners.tool.render(step(), scopeOf({ input: { repo: 'a/b' } }));
    const result = await runners.tool.perform(step(), input, attempt());
    expect(result).toEqual({ output: { stars: 5 }, raw: { content: [], structuredContent: { stars: 5 } } });
    expect(called).toMatchObject([
      { server: 'github', tool: 'get_repo', arguments: { repo: 'a/b' }, origin: { runId: 'run_1', step: 'work' } },
    ]);
  });

  test('has the tokens and the model that its output reports', async () => {
    const { runners, attempt } = stand({}, { text: 'x', model: 'm', usage: { input_tokens: 7, output_tokens: 1 } });
    expect(await runners.tool.perform(step(), {}, attempt())).toMatchObject({ tokens: 8, model: 'm' });
  });

  test.each<[Effect, Partial<Tool>, Effect | undefined]>([
    ['once', {}, undefined],
    ['none', { readOnly: true }, undefined],
    ['idempotent', { idempotent: true }, undefined],
    ['once', { name: 'another' }, undefined],
    ['idempotent', {}, 'idempotent'],
    ['once', { readOnly: true }, 'once'],
  ])('has the effect %s when the tool says %o and the step says %s', async (effect, tool, said) => {
    expect(await stand(tool).runners.tool.effect(step(said), {})).toBe(effect);
  });

  test('needs an object as its parameters', async () => {
    const { runners, attempt } = stand();
    await expect(runners.tool.perform(step(), 'text', attempt())).rejects.toThrow('"work", params: expected an object');
  });
});

test('a prompt step gives the messages of the prompt, a resource step the contents of the resource', async () => {
  const { runners, attempt } = stand();
  const prompt = stepOf('prompt', { server: 's', prompt: 'p', arguments: { a: '{{input.a}}' } });
  const asked = runners.prompt.render(prompt, scopeOf({ input: { a: 1 } }));
  expect(await runners.prompt.perform(prompt, asked, attempt())).toEqual({
    output: { description: 'p', messages: [{ a: 1 }] },
  });
  const resource = stepOf('resource', { server: undefined, uri: 'file:///{{input.a}}' });
  const uri = runners.resource.render(resource, scopeOf({ input: { a: 'x' } }));
  expect(await runners.resource.perform(resource, uri, attempt())).toEqual({
    output: { server: null, uri: 'file:///x' },
  });
  await expect(runners.resource.perform(resource, 5, attempt())).rejects.toThrow('the URI of a resource');
});
