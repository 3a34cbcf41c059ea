import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import type { Condition, Flow, Step } from '../flow.ts';
import { type Problem, readFlow } from './read-flow.ts';

function read(document: unknown): Flow {
  const result = readFlow(document);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.flow;
}

function problems(document: unknown): readonly Problem[] {
  const result = readFlow(document);
  return 'problems' in result ? result.problems : [];
}

function only(type: string, config: JsonObject, more: JsonObject = {}): Step {
  const [step] = read({ name: 'x', steps: [{ name: 's', type, config, ...more }] }).steps;
  return step as Step;
}

const example = readFileSync(new URL('../../../../../examples/github-analysis.json', import.meta.url), 'utf8');

describe("the seed's dialect", () => {
  it('is read from the example', () => {
    const flow = read(JSON.parse(example));
    expect(flow.steps.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'fetch-repo-metadata tool',
      'fetch-readme tool',
      'analyze sampling',
      'maybe-create-issue condition',
    ]);
    expect(flow.steps[0]).toMatchObject({ server: 'github', tool: 'get_repository', retry: { maxAttempts: 3 } });
    expect(flow.steps[2]).toMatchObject({ model: 'claude-3-sonnet', maxTokens: 1500, temperature: 0.3 });
    expect(flow.steps[3]).toMatchObject({
      condition: {
        kind: 'operator',
        operator: 'gt',
        path: 'steps.fetch-repo-metadata.output.stargazers_count',
        value: 100,
      },
      then: [{ name: 'create-issue', tool: 'create_issue', pointer: '/steps/3/config/then/0' }],
      else: [],
    });
    expect(flow.timeoutMs).toBe(300_000);
  });

  it('is the same flow as JSON text, as YAML and as an object', () => {
    expect(read(example)).toEqual(read(JSON.parse(example)));
    expect(read('name: x\nsteps:\n  - name: s\n    type: set\n    config: { values: { a: "{{input.b}}" } }\n')).toEqual(
      read({ name: 'x', steps: [{ name: 's', type: 'set', config: { values: { a: '{{input.b}}' } } }] }),
    );
  });

  it('WD9: timeout, errorHandling and onError: retry mean something', () => {
    const flow = read({
      name: 'x',
      timeout: 5000,
      errorHandling: { strategy: 'rollback', onError: 'tell-somebody' },
      steps: [{ name: 's', type: 'tool', config: { server: 'a', tool: 'b' }, onError: 'retry' }],
    });
    expect(flow).toMatchObject({ timeoutMs: 5000, onFailure: { strategy: 'rollback', workflow: 'tell-somebody' } });
    expect(flow.steps[0]).toMatchObject({
      onError: 'stop',
      retry: { maxAttempts: 3, backoffMs: 1000, multiplier: 2, maxBackoffMs: 60_000, jitter: 'none' },
    });
  });

  it('WD9: a retry policy is followed whatever onError says, and one that contradicts it is refused', () => {
    const policy = { maxAttempts: 5, backoffMs: 10, backoffMultiplier: 3 };
    for (const onError of ['stop', 'continue', 'retry'])
      expect(only('set', { values: 1 }, { retryConfig: policy, onError }).retry).toMatchObject({
        maxAttempts: 5,
        backoffMs: 10,
        multiplier: 3,
      });
    expect(only('set', { values: 1 }).retry.maxAttempts).toBe(1);
    expect(
      problems({
        name: 'x',
        steps: [{ name: 's', type: 'set', config: { values: 1 }, onError: 'retry', retryConfig: { maxAttempts: 1 } }],
      }),
    ).toMatchObject([{ pointer: '/steps/0/retryConfig/maxAttempts' }]);
  });
});

/** The dialect as it was, from a flow that uses nothing else. */
function seedOf(flow: Flow): JsonObject {
  const { strategy, workflow } = flow.onFailure;
  return plain({
    name: flow.name,
    description: flow.description,
    steps: flow.steps.map(seedStep),
    errorHandling: strategy === 'stop' ? undefined : { strategy, onError: workflow },
    timeout: flow.timeoutMs,
  });
}

function seedStep(step: Step): Json {
  const { maxAttempts, backoffMs, multiplier } = step.retry;
  return {
    name: step.name,
    type: step.type,
    config: seedConfig(step),
    onError: step.onError,
    retryConfig: { maxAttempts, backoffMs, backoffMultiplier: multiplier },
    condition: step.when === undefined ? undefined : seedCondition(step.when),
  };
}

function seedConfig(step: Step): JsonObject {
  switch (step.type) {
    case 'tool':
      return { server: step.server, tool: step.tool, params: step.params };
    case 'prompt':
      return { prompt: `${step.server}/${step.prompt}`, arguments: step.arguments };
    case 'resource':
      return { uri: step.uri };
    case 'parallel':
      return { steps: step.steps.map(seedStep) };
    case 'condition': {
      const config: JsonObject = { condition: seedCondition(step.condition), else: step.else.map(seedStep) };
      config.then = step.then.map(seedStep);
      return config;
    }
    case 'sampling': {
      const { model, messages, maxTokens, temperature, topP, stopSequences } = step;
      return { sampling: { model, messages, maxTokens, temperature, topP, stopSequences } };
    }
    default:
      throw new Error(step.type);
  }
}

function seedCondition(condition: Condition): JsonObject {
  if (condition.kind === 'cel') throw new Error('the seed has no CEL');
  return { type: condition.operator, path: condition.path, value: condition.value };
}

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const template = fc.oneof(
  fc.constantFrom('{{input.owner}}', 'text', '{{steps.a-b.output}} and more'),
  fc.integer(),
  fc.boolean(),
);
const seedConditions = fc.record({
  type: fc.constantFrom('equals', 'notEquals', 'contains', 'exists', 'gt', 'lt'),
  path: fc.constantFrom('steps.a-b.output.count', 'input.n'),
  value: fc.oneof(fc.integer(), fc.string()),
});
const retryConfig = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 20 }),
  backoffMs: fc.integer({ min: 0, max: 60_000 }),
  backoffMultiplier: fc.constantFrom(1, 2, 3.5),
});
const seedDocument = fc.letrec((tie) => {
  const inner = fc.array(tie('step'), { maxLength: 2 });
  const configs: Record<string, fc.Arbitrary<unknown>> = {
    tool: fc.record({ server: name, tool: name, params: fc.dictionary(name, template) }),
    prompt: fc.record({
      prompt: fc.tuple(name, name).map((parts) => parts.join('/')),
      arguments: fc.dictionary(name, template),
    }),
    resource: fc.record({ uri: fc.constantFrom('file:///a', 'repo://{{input.owner}}') }),
    parallel: fc.record({ steps: inner }),
    condition: fc
      .tuple(seedConditions, inner, inner)
      .map(([condition, yes, no]) => ({ condition, then: yes, else: no })),
    sampling: fc.record({
      sampling: fc.record(
        {
          model: name,
          messages: fc.array(
            fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: fc.string() }),
            {
              minLength: 1,
              maxLength: 3,
            },
          ),
          maxTokens: fc.integer({ min: 1, max: 4000 }),
          temperature: fc.constantFrom(0, 0.3, 2),
          topP: fc.constantFrom(0.1, 1),
          stopSequences: fc.array(fc.string(), { maxLength: 3 }),
        },
        { requiredKeys: ['model', 'messages'] },
      ),
    }),
  };
  const step = fc.constantFrom(...Object.keys(configs)).chain((type) =>
    fc
      .record(
        {
          name,
          config: configs[type] as fc.Arbitrary<unknown>,
          onError: fc.constantFrom('stop', 'continue'),
          retryConfig,
          condition: seedConditions,
        },
        { requiredKeys: ['name', 'config', 'onError', 'retryConfig'] },
      )
      .map((rest) => ({ type, ...rest })),
  );
  return {
    step,
    document: fc.record(
      {
        name,
        description: fc.string(),
        steps: fc.array(tie('step'), { minLength: 1, maxLength: 4 }),
        errorHandling: fc.record({ strategy: fc.constantFrom('rollback', 'continue'), onError: name }),
        timeout: fc.integer({ min: 1, max: 600_000 }),
      },
      { requiredKeys: ['name', 'steps'] },
    ),
  };
}).document;

describe('a round trip', () => {
  it('of the seed dialect loses nothing', () => {
    fc.assert(
      fc.property(seedDocument, (document) => {
        expect(seedOf(read(document))).toEqual(plain(document));
      }),
      { numRuns: 300 },
    );
  });

  it('of anything at all ends in a flow or in problems with a pointer that leads somewhere', () => {
    fc.assert(
      fc.property(fc.jsonValue(), seedDocument, (value, document) => {
        // A document that is text is YAML, and its pointers lead into what that says.
        const whole = typeof value === 'string' ? [value] : value;
        for (const one of [whole, { name: 'x', steps: value }, { ...(document as object), steps: [value] }])
          for (const { pointer, fix } of problems(one)) {
            expect(fix).not.toBe('');
            expect(at(plain(one) as Json, pointer)).toBe(true);
          }
      }),
      { numRuns: 300 },
    );
  });
});

function at(document: Json, pointer: string): boolean {
  let value: Json | undefined = document;
  for (const segment of pointer.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(value) && !Array.isArray(value)) return false;
    value = (value as JsonObject)[key];
  }
  return value !== undefined;
}

describe('the second dialect', () => {
  const flow = read({
    name: 'Repository report',
    budgetLimit: 0.1,
    steps: [
      {
        id: 'fetch-repo',
        name: 'Fetch it',
        type: 'tool',
        config: { serverName: 'github', toolName: 'get_repository', params: { owner: '{{owner}}' } },
      },
      {
        id: 'analyze-code',
        name: 'Look at it',
        type: 'sampling',
        config: {
          model: 'claude-3-sonnet',
          messages: [{ role: 'user', content: '{{repo.name}}' }],
          maxTokens: 1000,
          temperature: 0.3,
        },
        dependencies: ['fetch-repo'],
      },
    ],
  });

  it('calls steps by their id, knows its names of server and tool, and sampling without a wrapper', () => {
    expect(flow.steps).toMatchObject([
      {
        name: 'fetch-repo',
        server: 'github',
        tool: 'get_repository',
        pointers: { server: '/steps/0/config/serverName' },
      },
      { name: 'analyze-code', model: 'claude-3-sonnet', maxTokens: 1000, dependencies: ['fetch-repo'] },
    ]);
  });

  it('has its budget in dollars', () => {
    expect(flow.budget).toMatchObject({ usdNano: 100_000_000, onExceed: 'pause' });
    expect(
      problems({
        name: 'x',
        steps: [{ name: 's', type: 'set', config: { values: 1 } }],
        budgetLimit: 1,
        budget: { usd: 2 },
      }),
    ).toMatchObject([{ pointer: '/budgetLimit' }]);
  });
});

describe("Weir's own additions", () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'llm',
      { messages: '{{steps.p.output.messages}}' },
      { type: 'sampling', messages: '{{steps.p.output.messages}}', model: undefined },
    ],
    ['prompt', { prompt: 'sum', server: 'docs' }, { server: 'docs', prompt: 'sum', arguments: {} }],
    ['resource', { resource: 'file:///x', server: 'files' }, { uri: 'file:///x', server: 'files' }],
    ['http', { url: 'https://example.com/' }, { method: 'GET', headers: {}, body: undefined }],
    [
      'http',
      { method: 'POST', url: '{{input.url}}', headers: { a: 'b' }, body: { x: 1 } },
      { method: 'POST', body: { x: 1 } },
    ],
    [
      'workflow',
      { workflow: 'other', version: 2, input: { a: 1 } },
      { workflow: 'other', version: 2, input: { a: 1 } },
    ],
    ['wait', { ms: 1000 }, { ms: 1000, until: undefined }],
    ['wait', { until: '{{input.at}}' }, { until: '{{input.at}}' }],
    ['set', { values: { a: [1] } }, { values: { a: [1] } }],
    ['fail', { message: 'no' }, { message: 'no' }],
    [
      'eval',
      { evaluator: 'ExactMatch', value: '{{input.a}}', expected: 'x', threshold: 0.5 },
      { evaluator: 'ExactMatch', threshold: 0.5 },
    ],
    ['parallel', { steps: [], concurrency: 4 }, { concurrency: 4 }],
    ['map', { items: [1, 2], steps: [] }, { concurrency: 1, maxItems: 100, toleratedFailures: 0 }],
    [
      'map',
      { items: '{{input.list}}', steps: [], max_items: 5, tolerated_failures: 2 },
      { maxItems: 5, toleratedFailures: 2 },
    ],
    ['approval', { message: 'Sure?' }, { message: 'Sure?', form: undefined, default: undefined, timeoutMs: undefined }],
    [
      'approval',
      { message: 'Sure?', timeout: 1000, default: { decision: 'approve' } },
      { timeoutMs: 1000, default: { decision: 'approve', data: null } },
    ],
    [
      'switch',
      { cases: [{ when: 'input.a', steps: [] }], default: [] },
      { cases: [{ when: { kind: 'cel', expression: 'input.a' }, steps: [] }] },
    ],
  ])('%s %j', (type, config, expected) => {
    expect(only(type, config)).toMatchObject(expected);
  });

  it('conditions are operator objects or CEL, under if or condition', () => {
    expect(only('set', { values: 1 }, { if: 'input.n > 1' }).when).toEqual({ kind: 'cel', expression: 'input.n > 1' });
    expect(only('set', { values: 1 }, { condition: { type: 'exists', path: 'input.n' } }).when).toMatchObject({
      operator: 'exists',
    });
  });

  it('budget, retry, effect, catch and compensate belong to any step, in either spelling', () => {
    const inner = { name: 'i', type: 'set', config: { values: 1 } };
    const more = {
      budget: { usd: 0.5, tokens: 100, calls: 2, on_exceed: 'degrade', degrade_to: 'cheap', approve_above_usd: 0.2 },
      retry: { max_attempts: 4, jitter: 'full', on: ['upstream.timeout'], max_backoff_ms: 5 },
      effect: 'once',
      catch: [inner],
      compensate: { ...inner, name: 'undo' },
      timeout: 99,
    };
    const camel = {
      ...more,
      budget: { usd: 0.5, tokens: 100, calls: 2, onExceed: 'degrade', degradeTo: 'cheap', approveAboveUsd: 0.2 },
      retry: { maxAttempts: 4, jitter: 'full', on: ['upstream.timeout'], maxBackoffMs: 5 },
    };
    const step = only('set', { values: 1 }, more);
    expect(step).toMatchObject({
      budget: {
        usdNano: 500_000_000,
        tokens: 100,
        calls: 2,
        onExceed: 'degrade',
        degradeTo: 'cheap',
        approveAboveNano: 200_000_000,
      },
      retry: { maxAttempts: 4, jitter: 'full', on: ['upstream.timeout'], maxBackoffMs: 5 },
      effect: 'once',
      timeoutMs: 99,
      catch: [{ name: 'i', pointer: '/steps/0/catch/0' }],
      compensate: { name: 'undo', pointer: '/steps/0/compensate' },
    });
    expect(only('set', { values: 1 }, camel)).toEqual(step);
  });

  it('triggers, output, input and env belong to the workflow', () => {
    const flow = read({
      name: 'x',
      input: { type: 'object' },
      output: '{{steps.s.output}}',
      env: ['REGION'],
      triggers: [
        { type: 'cron', cron: '0 9 * * 1', time_zone: 'Europe/Berlin', input: { a: 1 } },
        { type: 'webhook', name: 'push' },
      ],
      steps: [
        { name: 's', type: 'set', config: { values: '{{env.STAGE ?? env["ZONE"]}}' }, if: 'env.COUNTRY == "de"' },
      ],
    });
    expect(flow).toMatchObject({
      input: { type: 'object' },
      output: '{{steps.s.output}}',
      triggers: [
        { type: 'cron', cron: '0 9 * * 1', timeZone: 'Europe/Berlin', input: { a: 1 } },
        { type: 'webhook', name: 'push' },
      ],
    });
    expect([...flow.env].sort()).toEqual(['COUNTRY', 'REGION', 'STAGE', 'ZONE']);
  });
});

describe('limits', () => {
  const set = (at: number): JsonObject => ({ name: `s${at}`, type: 'set', config: { values: 1 } });
  const nested = (levels: number): JsonObject =>
    levels === 0 ? set(0) : { name: `p${levels}`, type: 'parallel', config: { steps: [nested(levels - 1)] } };

  it('a thousand steps are read, one more is not', () => {
    expect(read({ name: 'x', steps: Array.from({ length: 1000 }, (_, at) => set(at)) }).steps).toHaveLength(1000);
    expect(problems({ name: 'x', steps: Array.from({ length: 1001 }, (_, at) => set(at)) })).toMatchObject([
      { pointer: '/steps', message: expect.stringContaining('1001 steps') },
    ]);
  });

  it('twelve levels of steps are read, one more is not', () => {
    expect(read({ name: 'x', steps: [nested(11)] }).steps).toHaveLength(1);
    expect(problems({ name: 'x', steps: [nested(12)] })).toMatchObject([
      { message: expect.stringContaining('12 levels') },
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['YAML of 300 KB', `a: ${'x'.repeat(300_000)}`, /65536 characters/],
    ['an object of 2 MB', { name: 'x'.repeat(2_000_000) }, /1048576 characters/],
    ['two hundred thousand values', { steps: Array(200_000).fill(1) }, /100000 values/],
    ['brackets without end', '['.repeat(10_000), /line 1/],
    ['deep lists', JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`), /64 levels/],
    [
      'aliases of aliases',
      [
        'a: &a [1,1]',
        ...'bcdefgh'.split('').map((key, at) => `${key}: &${key} [${`*${'abcdefg'[at]},`.repeat(9)}]`),
      ].join('\n'),
      /[Aa]liases/,
    ],
    ['a tag of its own', 'name: !ruby/object x', /tag/i],
    ['a key written twice', 'name: x\nname: y', /line 2, column 1: The key is there twice/],
    ['an infinite number', 'name: x\ntimeout: .inf\nsteps: []', /not a number of JSON/],
    ['a prototype', JSON.parse('{"name": "x", "__proto__": {}, "steps": []}'), /__proto__/],
    [
      'conditions without end',
      {
        name: 'x',
        steps: Array.from({ length: 100 }, (_, at) => ({ ...set(at), if: `input.a${'1'.repeat(900)} == ${at}` })),
      },
      /32768 are allowed/,
    ],
    ['nothing', undefined, /object/],
    ['many mistakes', { name: 'x', steps: Array(1000).fill(5) }, /object/],
  ])('%s is refused', (_what, document, message) => {
    const found = problems(document);
    expect(found[0]?.message).toMatch(message);
    expect(found.length).toBeLessThanOrEqual(50);
  });

  it('keys written twice cost no more than they should', () => {
    const keys = Array.from({ length: 5000 }, (_, at) => `k${at}: 1`).join('\n');
    const before = process.cpuUsage().user;
    expect(problems(keys)).toHaveLength(50);
    expect(process.cpuUsage().user - before).toBeLessThan(10_000_000);
  });
});
