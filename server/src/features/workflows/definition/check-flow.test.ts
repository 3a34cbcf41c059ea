import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WeirError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Tool } from '../../../ports/tool-servers.ts';
import { checkFlow, type FlowKnowledge, type Problem } from './check-flow.ts';
import { readFlow } from './read-flow.ts';

function tool(name: string, inputSchema: JsonObject = {}): Tool {
  return {
    server: 'github',
    name,
    description: '',
    inputSchema,
    outputSchema: undefined,
    readOnly: true,
    idempotent: true,
    destructive: false,
  };
}

async function check(document: unknown, knowledge: FlowKnowledge = {}): Promise<Problem[]> {
  const read = readFlow(document);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return await checkFlow(read.flow, knowledge);
}

async function told(document: unknown, knowledge: FlowKnowledge = {}): Promise<string[]> {
  const problems = await check(document, knowledge);
  return problems.map(({ severity, pointer, message }) => `${severity} ${pointer} ${message}`);
}

function flow(...steps: JsonObject[]): JsonObject {
  return { name: 'x', steps };
}

function set(name: string, values: unknown = 1, more: JsonObject = {}): JsonObject {
  return { name, type: 'set', config: { values } as JsonObject, ...more };
}

function branches(yes: JsonObject[], no: JsonObject[] = []): JsonObject {
  const config: JsonObject = { condition: 'input.yes', else: no };
  config.then = yes;
  return { name: 'choose', type: 'condition', config };
}

describe('a good definition', () => {
  it("has no problems: the seed's example against a server that knows its tools", async () => {
    const example = readFileSync(new URL('../../../../../examples/github-analysis.json', import.meta.url), 'utf8');
    const github = {
      get_repository: ['owner', 'repo'],
      get_file_contents: ['owner', 'repo', 'path'],
      create_issue: ['owner', 'repo', 'title', 'body'],
    };
    const tools = Object.entries(github).map(([name, required]) =>
      tool(name, { required, properties: Object.fromEntries(required.map((key) => [key, {}])) }),
    );
    const knowledge: FlowKnowledge = {
      env: [],
      secretsIn: () => [],
      toolServers: { names: ['github'], tools: async () => tools },
      models: { has: (model) => model === 'claude-3-sonnet', names: [] },
      workflows: [],
      price: () => 1,
    };
    expect(await check(example, knowledge)).toEqual([]);
  });

  it('of the second dialect reads the input and its steps by bare names', async () => {
    const steps = [
      set('fetch-repo', { name: '{{owner}}' }),
      set('analyze', '{{repo.name}} {{fetch-repo.name}}', { dependencies: ['fetch-repo'] }),
      set('report', '{{analyze}} {{fetch-repo.name}} {{workflow.totalCost}} {{workflow.timestamp}}', {
        dependencies: ['analyze'],
      }),
    ];
    expect(await check(flow(...steps))).toEqual([]);
  });

  it('may name a step that stands later when it depends on it', async () => {
    expect(
      await check(
        flow(set('last', '{{steps.first.output}}', { dependencies: ['first'] }), set('first', 1, { dependencies: [] })),
      ),
    ).toEqual([]);
  });

  it('may use a name in both branches, items in a map, and the error in a catch', async () => {
    const map = {
      name: 'each',
      type: 'map',
      config: {
        items: '{{input.list}}',
        steps: [set('one', '{{item.x}} {{index}}'), set('two', '{{steps.one.output}}')],
      },
    };
    const caught = set('risky', 1, { catch: [set('tell', '{{error.message}}')] });
    expect(await check(flow(branches([set('a')], [set('a')]), map, caught))).toEqual([]);
  });

  it('reads a step that may be missing with a value for that case, or only its status', async () => {
    const maybe = set('maybe', 1, { if: 'input.yes' });
    expect(await check(flow(maybe, set('end', '{{steps.maybe.output.x ?? 0}} {{steps.maybe.status}}')))).toEqual([]);
    expect(await told(flow(maybe, set('end', '{{steps.maybe.output.x}}')))).toEqual([
      'warning /steps/1/config/values steps.maybe.output.x: the step "maybe" runs only under a condition, and then this fails.',
    ]);
  });
});

describe('names and order', () => {
  it.each<[string, JsonObject, string]>([
    ['a name twice', flow(set('a'), set('a')), 'error /steps/1/name The name "a" is taken by the step at /steps/0.'],
    [
      'a step in its own branch',
      flow(branches([set('a', '{{steps.choose.output}}')])),
      'is not over while its own steps run',
    ],
    ['the other branch', flow(branches([set('a')], [set('b', '{{steps.a.output}}')])), 'is in another branch'],
    [
      'a step inside a map',
      flow({ name: 'm', type: 'map', config: { items: [1], steps: [set('a')] } }, set('b', '{{steps.a.output}}')),
      'inside it',
    ],
    ['later', flow(set('a', '{{steps.b.output}}'), set('b')), 'runs later'],
    [
      'together',
      flow({ name: 'p', type: 'parallel', config: { steps: [set('a'), set('b', '{{steps.a.output}}')] } }),
      'at the same time',
    ],
    ['unordered', flow(set('a'), set('b', '{{steps.a.output}}', { dependencies: [] })), 'may not be over by then'],
    [
      'a branch, afterwards',
      flow(branches([set('a')]), set('b', '{{steps.a.output}}')),
      'warning /steps/1/config/values',
    ],
    [
      'a failure passed over',
      flow(set('a', 1, { onError: 'continue' }), set('b', '{{steps.a.output}}')),
      'may fail and be passed over',
    ],
    ['an item outside a map', flow(set('a', '{{item.x}}')), 'exists only in the steps of a map'],
    ['an error outside a catch', flow(set('a', '{{error.message}}')), 'exists only in the steps of a catch'],
    [
      'an output',
      { ...flow(set('a')), output: '{{steps.b.output}}' },
      'error /output steps.b.output: there is no step "b"',
    ],
    ['after the end', flow({ name: 'f', type: 'fail', config: { message: 'x' } }, set('a')), 'never runs'],
    ['compensation without rollback', flow(set('a', 1, { compensate: set('b') })), 'warning /steps/0/compensate'],
    [
      'CEL with a hyphen',
      flow(set('fetch-x'), set('b', 1, { if: 'steps.fetch-x.output == 1' })),
      'there is no step "fetch"',
    ],
  ])('%s', async (_what, document, expected) => {
    expect((await told(document)).join('\n')).toContain(expected);
  });

  it('lets compensation read its step, and a parallel step be read afterwards', async () => {
    const undone = {
      ...flow(set('a', 1, { compensate: set('undo', '{{steps.a.output}}') })),
      errorHandling: { strategy: 'rollback' },
    };
    expect(await check(undone)).toEqual([]);
    const parallel = { name: 'p', type: 'parallel', config: { steps: [set('a'), set('b')] } };
    expect(await check(flow(parallel, set('c', '{{steps.a.output}} {{steps.b.output}}')))).toEqual([]);
  });

  it('stops telling after fifty, whatever the document has', async () => {
    const steps = Array.from({ length: 1000 }, (_, at) => set(`s${at}`, `{{steps.x${at}.output}}`));
    expect((await check(flow(...steps))).length).toBe(50);
  });
});

describe('what the server knows', () => {
  const call = (config: JsonObject): JsonObject => flow({ name: 't', type: 'tool', config });
  const known: FlowKnowledge = {
    toolServers: {
      names: ['github', 'asleep'],
      tools: async (server) => {
        if (server === 'asleep') throw new WeirError('upstream.unavailable');
        return [tool('get_repository', { properties: { owner: {} }, required: ['owner'] })];
      },
    },
  };

  it.each<[JsonObject, string[]]>([
    [{ server: 'github', tool: 'get_repository', params: { owner: 'x' } }, []],
    [{ server: 'github', tool: 'get_repository', params: '{{input.all}}' }, []],
    [
      { server: 'github', tool: 'get_repository', params: { owner: 'x', repo: 'y' } },
      ['warning /steps/0/config/params/repo The tool get_repository has no argument "repo".'],
    ],
    [
      { server: 'asleep', tool: 'anything' },
      ['warning /steps/0/config/server The tool server "asleep" does not answer, so the tool was not checked.'],
    ],
    [{ serverName: 'gitlab', toolName: 'x' }, ['error /steps/0/config/serverName There is no tool server "gitlab".']],
  ])('of tools: %j', async (config, expected) => {
    expect(await told(call(config), known)).toEqual(expected);
  });

  it('asks each tool server once, and a bug of it stays a bug', async () => {
    let asked = 0;
    const tools = async (): Promise<Tool[]> => {
      asked++;
      return [tool('a')];
    };
    const step = (name: string): JsonObject => ({ name, type: 'tool', config: { server: 's', tool: 'a' } });
    expect(await check(flow(step('x'), step('y')), { toolServers: { names: ['s'], tools } })).toEqual([]);
    expect(asked).toBe(1);
    const broken: FlowKnowledge = { toolServers: { names: ['s'], tools: () => Promise.reject(new TypeError('bug')) } };
    await expect(check(flow(step('x')), broken)).rejects.toThrow('bug');
  });

  it('of settings: WD10: only what the operator allows, declared or not', async () => {
    const document = { ...flow(set('a', '{{env.REGION}} {{env.PATH}}', { if: 'env.SECRET == "x"' })), env: ['HOME'] };
    expect(await told(document, { env: ['REGION', 'STAGE'] })).toEqual([
      'error /steps/0/config/values Templates may not read env.PATH.',
      'error /steps/0/if Templates may not read env.SECRET.',
      'error /env Templates may not read env.HOME.',
    ]);
    expect(await check(document)).toEqual([]);
  });

  it('of secrets: in any text, named by place and kind and never repeated', async () => {
    const secret = 'hunter2-hunter2';
    const knowledge: FlowKnowledge = { secretsIn: (text) => (text.includes(secret) ? ['password'] : []) };
    const document = {
      ...flow(
        { name: 'a', type: 'http', config: { url: `https://example.com/?k=${secret}`, headers: { auth: secret } } },
        set('b', { deep: [secret] }, { if: `input.x == "${secret}"` }),
      ),
      description: secret,
      triggers: [{ type: 'cron', cron: '* * * * *', input: { k: secret } }],
    };
    const problems = await check(document, knowledge);
    expect(problems.map(({ pointer }) => pointer).sort()).toEqual(
      [
        '/description',
        '/triggers/0/input/k',
        '/steps/0/config/url',
        '/steps/0/config/headers/auth',
        '/steps/1/config/values/deep/0',
        '/steps/1/if',
      ].sort(),
    );
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it('of models, workflows, evaluators and schemas', async () => {
    const document = {
      ...flow(
        { name: 'a', type: 'sampling', config: { model: 'gpt-4x', messages: [{ role: 'user', content: 'x' }] } },
        {
          name: 'b',
          type: 'sampling',
          config: { model: '{{input.model}}', messages: [{ role: 'user', content: 'x' }] },
        },
        { name: 'c', type: 'workflow', config: { workflow: 'reports' } },
        { name: 'd', type: 'workflow', config: { workflow: 'x' } },
        { name: 'e', type: 'eval', config: { evaluator: 'ExactMtch', value: 1 } },
        { name: 'f', type: 'approval', config: { message: 'ok?', form: { type: 'nothing' } } },
      ),
      errorHandling: { on_error: 'tell' },
      budget: { usd: 1, onExceed: 'degrade', degradeTo: 'gpt-5x' },
    };
    const knowledge: FlowKnowledge = {
      models: { has: () => false, names: ['gpt-4'] },
      workflows: ['report'],
      evaluators: ['ExactMatch'],
      schemaProblem: ({ type }) => (type === 'nothing' ? 'type must be one of ...' : undefined),
    };
    expect((await told(document, knowledge)).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'error /steps/5/config/form',
      'error /steps/0/config/model',
      'error /steps/2/config/workflow',
      'warning /steps/3/config/workflow',
      'error /steps/4/config/evaluator',
      'error /budget',
      'error /errorHandling/on_error',
    ]);
  });
});

describe('values', () => {
  it.each<[string, JsonObject, string]>([
    [
      'a date without a zone',
      flow({ name: 'w', type: 'wait', config: { until: '2027-01-31' } }),
      'error /steps/0/config/until',
    ],
    [
      'an address that is none',
      flow({ name: 'h', type: 'http', config: { url: 'https://' } }),
      'error /steps/0/config/url',
    ],
    [
      'another scheme',
      flow({ name: 'h', type: 'http', config: { url: 'file:///etc/passwd' } }),
      'error /steps/0/config/url',
    ],
    [
      'more items than allowed',
      flow({ name: 'm', type: 'map', config: { items: [1, 2, 3], max_items: 2, steps: [set('a')] } }),
      'error /steps/0/config/items',
    ],
    [
      'failures without end',
      flow({ name: 'm', type: 'map', config: { items: [1], maxItems: 2, tolerated_failures: 2, steps: [set('a')] } }),
      'warning /steps/0/config/tolerated_failures',
    ],
    [
      'a map of nothing',
      flow({ name: 'm', type: 'map', config: { items: [1], steps: [] } }),
      'error /steps/0/config/steps',
    ],
    ['branches of nothing', flow(branches([])), 'warning /steps/0/config/then'],
    [
      'a backoff above its limit',
      flow(set('a', 1, { retry: { backoffMs: 10, maxBackoffMs: 5 } })),
      'error /steps/0/retry',
    ],
    ['a step longer than the run', { ...flow(set('a', 1, { timeout: 10 })), timeout: 5 }, 'warning /steps/0/timeout'],
    [
      'retries longer than the run',
      { ...flow(set('a', 1, { retryConfig: { maxAttempts: 3, backoffMs: 10 } })), timeout: 5 },
      'warning /steps/0/retryConfig',
    ],
    [
      'a cron pattern of six fields',
      { ...flow(set('a')), triggers: [{ type: 'cron', cron: '* * * * * *' }] },
      'error /triggers/0/cron',
    ],
    [
      'a day that never comes',
      { ...flow(set('a')), triggers: [{ type: 'cron', cron: '0 0 31 2 *' }] },
      'error /triggers/0/cron',
    ],
    [
      'two webhooks of a name',
      {
        ...flow(set('a')),
        triggers: [
          { type: 'webhook', name: 'w' },
          { type: 'webhook', name: 'w' },
        ],
      },
      'error /triggers/1/name',
    ],
  ])('%s', async (_what, document, expected) => {
    expect((await told(document)).join('\n')).toContain(expected);
  });

  it.each(['0 9 * * 1-5', '*/5 * * * *', '0 0 29 2 *'])('takes the cron pattern %s', async (cron) => {
    expect(await check({ ...flow(set('a')), triggers: [{ type: 'cron', cron }] })).toEqual([]);
  });
});
