/** A definition with one mistake, and what whoever reads the answer must find in it. */
export interface Mistake {
  readonly name: string;
  /** The document, or its text. */
  readonly document: unknown;
  /** JSON pointer that a problem must have. */
  readonly pointer: string;
  /** What its message or fix must say, besides the pointer. */
  readonly says: RegExp;
}

type Json = Record<string, unknown>;

const FETCH = {
  name: 'fetch-data',
  type: 'tool',
  config: { server: 'github', tool: 'get_repository', params: { owner: '{{input.owner}}', repo: '{{input.repo}}' } },
};
const ANALYZE = {
  name: 'analyze',
  type: 'sampling',
  config: {
    sampling: {
      model: 'claude-3-sonnet',
      messages: [{ role: 'user', content: 'Look at {{steps.fetch-data.output}}' }],
      maxTokens: 500,
    },
  },
};
const SAY = { name: 'say', type: 'set', config: { values: { text: 'hello' } } };

function flow(...steps: Json[]): Json {
  return { name: 'planted', steps };
}

/** The seed's two steps with one thing changed in the second. */
function analyzing(sampling: Json, step: Json = {}): Json {
  return flow(FETCH, { ...ANALYZE, ...step, config: { sampling: { ...ANALYZE.config.sampling, ...sampling } } });
}

function saying(text: unknown, step: Json = {}): Json {
  return flow(FETCH, { ...SAY, ...step, config: { values: { text } } });
}

function fetching(step: Json): Json {
  return flow({ ...FETCH, ...step });
}

const shapes: Mistake[] = [
  { name: 'no name', document: { steps: [SAY] }, pointer: '', says: /name.*missing/ },
  { name: 'no steps', document: { name: 'x' }, pointer: '', says: /steps.*missing/ },
  { name: 'empty steps', document: { name: 'x', steps: [] }, pointer: '/steps', says: /at least 1/ },
  { name: 'steps as an object', document: { name: 'x', steps: { a: SAY } }, pointer: '/steps', says: /list/ },
  {
    name: 'misspelt top key',
    document: { ...flow(SAY), descripton: 'x' },
    pointer: '/descripton',
    says: /description/,
  },
  { name: 'step type misspelt', document: fetching({ type: 'toool' }), pointer: '/steps/0/type', says: /"tool"/ },
  {
    name: 'step type of another product',
    document: fetching({ type: 'function' }),
    pointer: '/steps/0/type',
    says: /sampling.*tool/,
  },
  {
    name: 'step without a type',
    document: flow({ name: 'x', config: {} }),
    pointer: '/steps/0',
    says: /type.*missing.*sampling/,
  },
  {
    name: 'step without a name',
    document: flow({ type: 'set', config: { values: 1 } }),
    pointer: '/steps/0',
    says: /name/,
  },
  {
    name: 'config key misspelt',
    document: flow({ ...FETCH, config: { server: 'github', tool: 'get_repository', parms: {} } }),
    pointer: '/steps/0/config/parms',
    says: /"params"/,
  },
  {
    name: 'retry key misspelt',
    document: fetching({ retryConfig: { maxAttemps: 3 } }),
    pointer: '/steps/0/retryConfig/maxAttemps',
    says: /"maxAttempts"/,
  },
  {
    name: 'tool step without a tool',
    document: flow({ ...FETCH, config: { server: 'github', params: {} } }),
    pointer: '/steps/0/config',
    says: /tool.*missing/,
  },
  {
    name: 'sampling without messages',
    document: flow({ name: 'a', type: 'sampling', config: { sampling: { model: 'gpt-4' } } }),
    pointer: '/steps/0/config/sampling',
    says: /messages.*missing/,
  },
  {
    name: 'role that does not exist',
    document: analyzing({ messages: [{ role: 'usr', content: 'x' }] }),
    pointer: '/steps/1/config/sampling/messages/0/role',
    says: /"user"/,
  },
  {
    name: 'temperature out of range',
    document: analyzing({ temperature: 7 }),
    pointer: '/steps/1/config/sampling/temperature',
    says: /at most 2.*2 or less/s,
  },
  {
    name: 'maxTokens as words',
    document: analyzing({ maxTokens: 'many' }),
    pointer: '/steps/1/config/sampling/maxTokens',
    says: /number/,
  },
  { name: 'onError unknown', document: fetching({ onError: 'ignore' }), pointer: '/steps/0/onError', says: /continue/ },
  {
    name: 'too many attempts',
    document: fetching({ retryConfig: { maxAttempts: 5000 } }),
    pointer: '/steps/0/retryConfig/maxAttempts',
    says: /20/,
  },
  { name: 'timeout of zero', document: { ...flow(SAY), timeout: 0 }, pointer: '/timeout', says: /1 or more/ },
  { name: 'timeout as text', document: { ...flow(SAY), timeout: '5m' }, pointer: '/timeout', says: /number/ },
  {
    name: 'strategy unknown',
    document: { ...flow(SAY), errorHandling: { strategy: 'rolback' } },
    pointer: '/errorHandling/strategy',
    says: /"rollback"/,
  },
  {
    name: 'one key in two spellings',
    document: fetching({ retryConfig: { maxAttempts: 2, max_attempts: 3 } }),
    pointer: '/steps/0/retryConfig/max_attempts',
    says: /maxAttempts.*Remove/s,
  },
  {
    name: 'prompt without its server',
    document: flow({ name: 'p', type: 'prompt', config: { prompt: 'summary' } }),
    pointer: '/steps/0/config/prompt',
    says: /server\/name/,
  },
  {
    name: 'wait for nothing',
    document: flow({ name: 'w', type: 'wait', config: {} }),
    pointer: '/steps/0/config',
    says: /until/,
  },
  {
    name: 'degrade to nothing',
    document: { ...flow(SAY), budget: { usd: 1, on_exceed: 'degrade' } },
    pointer: '/budget',
    says: /degradeTo/,
  },
  { name: 'broken YAML', document: 'name: x\nsteps: [', pointer: '', says: /line 2/ },
  { name: 'YAML with a tag', document: 'name: !env HOME\nsteps: []', pointer: '', says: /tag/i },
];

const names: Mistake[] = [
  {
    name: 'one name twice',
    document: flow(FETCH, SAY, { ...SAY }),
    pointer: '/steps/2/name',
    says: /"say".*\/steps\/1/,
  },
  {
    name: 'name used again in a branch',
    document: flow(SAY, { name: 'if', type: 'condition', config: { condition: 'true', then: [SAY] } }),
    pointer: '/steps/1/config/then/0/name',
    says: /"say"/,
  },
  {
    name: 'unknown step in a path',
    document: saying('{{steps.fetch-dta.output}}'),
    pointer: '/steps/1/config/values/text',
    says: /steps\.fetch-data/,
  },
  {
    name: 'step read before it runs',
    document: flow({ ...SAY, config: { values: '{{steps.later.output}}' } }, { ...FETCH, name: 'later' }),
    pointer: '/steps/0/config/values',
    says: /runs later/,
  },
  {
    name: 'step that reads itself',
    document: saying('{{steps.say.output}}'),
    pointer: '/steps/1/config/values/text',
    says: /itself/,
  },
  {
    name: 'output left out of a path',
    document: saying('{{steps.fetch-data.stargazers_count}}'),
    pointer: '/steps/1/config/values/text',
    says: /steps\.fetch-data\.output\.stargazers_count/,
  },
  {
    name: 'root misspelt',
    document: saying('{{step.fetch-data.output}}'),
    pointer: '/steps/1/config/values/text',
    says: /steps\.fetch-data\.output/,
  },
  {
    name: 'input misspelt',
    document: saying('{{inputs.owner}}'),
    pointer: '/steps/1/config/values/text',
    says: /input\.owner/,
  },
  {
    name: 'field that the input does not have',
    document: {
      ...saying('{{input.ownr}}'),
      input: { type: 'object', properties: { owner: { type: 'string' }, repo: { type: 'string' } } },
    },
    pointer: '/steps/1/config/values/text',
    says: /input\.owner/,
  },
  {
    name: 'step of a branch that may not run',
    document: flow(
      FETCH,
      { name: 'maybe', type: 'condition', config: { condition: 'true', then: [SAY] } },
      { name: 'end', type: 'set', config: { values: '{{steps.say.output.text}}' } },
    ),
    pointer: '/steps/2/config/values',
    says: /may not run.*\?\?/s,
  },
  {
    name: 'step of the other branch',
    document: flow({
      name: 'maybe',
      type: 'condition',
      config: {
        condition: 'true',
        then: [SAY],
        else: [{ name: 'end', type: 'set', config: { values: '{{steps.say.output}}' } }],
      },
    }),
    pointer: '/steps/0/config/else/0/config/values',
    says: /another branch/,
  },
  {
    name: 'neighbour in a parallel step',
    document: flow({
      name: 'both',
      type: 'parallel',
      config: { steps: [SAY, { name: 'end', type: 'set', config: { values: '{{steps.say.output}}' } }] },
    }),
    pointer: '/steps/0/config/steps/1/config/values',
    says: /same time/,
  },
  {
    name: 'step inside a map, from outside',
    document: flow(
      { name: 'each', type: 'map', config: { items: '{{input.list}}', steps: [SAY] } },
      { name: 'end', type: 'set', config: { values: '{{steps.say.output}}' } },
    ),
    pointer: '/steps/1/config/values',
    says: /map/,
  },
  {
    name: 'item outside a map',
    document: saying('{{item.name}}'),
    pointer: '/steps/1/config/values/text',
    says: /map/,
  },
  {
    name: 'dependency that does not exist',
    document: flow(FETCH, { ...SAY, dependencies: ['fetch-dat'] }),
    pointer: '/steps/1/dependencies/0',
    says: /"fetch-data"/,
  },
  {
    name: 'dependencies in a circle',
    document: flow({ ...FETCH, dependencies: ['say'] }, { ...SAY, dependencies: ['fetch-data'] }),
    pointer: '/steps/0/dependencies',
    says: /itself/,
  },
  {
    name: 'read without a dependency',
    document: flow(FETCH, { ...SAY, config: { values: '{{steps.fetch-data.output}}' }, dependencies: [] }),
    pointer: '/steps/1/config/values',
    says: /dependencies/,
  },
  {
    name: 'total that does not exist',
    document: saying('{{workflow.totalCosts}}'),
    pointer: '/steps/1/config/values/text',
    says: /workflow\.totalCost\b/,
  },
  {
    name: 'step after the run has failed',
    document: flow({ name: 'stop', type: 'fail', config: { message: 'no' } }, SAY),
    pointer: '/steps/1',
    says: /never runs/,
  },
];

const expressions: Mistake[] = [
  {
    name: 'expression not closed',
    document: saying('{{input.owner'),
    pointer: '/steps/1/config/values/text',
    says: /}}/,
  },
  {
    name: 'block of Handlebars',
    document: saying('{{#if input.owner}}x{{/if}}'),
    pointer: '/steps/1/config/values/text',
    says: /condition/,
  },
  {
    name: 'operator unknown',
    document: fetching({ condition: { type: 'greater', path: 'input.n', value: 1 } }),
    pointer: '/steps/0/condition/type',
    says: /gt/,
  },
  {
    name: 'order of a text',
    document: fetching({ condition: { type: 'gt', path: 'input.n', value: '100' } }),
    pointer: '/steps/0/condition/value',
    says: /100 without quotes/,
  },
  {
    name: 'nothing to compare with',
    document: fetching({ condition: { type: 'equals', path: 'input.n' } }),
    pointer: '/steps/0/condition',
    says: /value/,
  },
  {
    name: 'broken CEL',
    document: fetching({ if: 'input.n > ' }),
    pointer: '/steps/0/if',
    says: /CEL.*character/s,
  },
  {
    name: 'hyphen in CEL',
    document: flow(FETCH, { ...SAY, if: 'steps.fetch-data.output.stars > 1' }),
    pointer: '/steps/1/if',
    says: /steps\["fetch-data"\]/,
  },
  { name: 'braces in CEL', document: fetching({ if: '{{input.n}} > 1' }), pointer: '/steps/0/if', says: /without {{/ },
];

const outside: Mistake[] = [
  {
    name: 'key in a header',
    document: flow({
      name: 'post',
      type: 'http',
      config: {
        url: 'https://example.com/',
        headers: { authorization: `Bearer ${['sk', 'proj', 'T3BlbkFJ9aXk2Qw8Zr5Vn1Lm7Bt4Hd6'].join('-')}` },
      },
    }),
    pointer: '/steps/0/config/headers/authorization',
    says: /secret/,
  },
  {
    name: 'setting that is not allowed',
    document: saying('{{env.HOME}}'),
    pointer: '/steps/1/config/values/text',
    says: /env\.HOME/,
  },
  {
    name: 'tool server unknown',
    document: flow({ ...FETCH, config: { ...FETCH.config, server: 'githb' } }),
    pointer: '/steps/0/config/server',
    says: /"github"/,
  },
  {
    name: 'tool unknown',
    document: flow({ ...FETCH, config: { ...FETCH.config, tool: 'get_repo' } }),
    pointer: '/steps/0/config/tool',
    says: /"get_repository"/,
  },
  {
    name: 'argument of a tool missing',
    document: flow({ ...FETCH, config: { ...FETCH.config, params: { owner: 'x' } } }),
    pointer: '/steps/0/config/params',
    says: /"repo"/,
  },
  {
    name: 'model unknown',
    document: analyzing({ model: 'claude-3-sonet' }),
    pointer: '/steps/1/config/sampling/model',
    says: /"claude-3-sonnet"/,
  },
  {
    name: 'workflow unknown',
    document: flow({ name: 'sub', type: 'workflow', config: { workflow: 'reprot' } }),
    pointer: '/steps/0/config/workflow',
    says: /"report"/,
  },
  {
    name: 'cron pattern broken',
    document: { ...flow(SAY), triggers: [{ type: 'cron', cron: '0 25 * * *' }] },
    pointer: '/triggers/0/cron',
    says: /minute, hour/,
  },
  {
    name: 'time zone unknown',
    document: { ...flow(SAY), triggers: [{ type: 'cron', cron: '0 9 * * *', timeZone: 'Europe/Berln' }] },
    pointer: '/triggers/0/timeZone',
    says: /IANA/,
  },
  {
    name: 'address without a scheme',
    document: flow({ name: 'get', type: 'http', config: { url: 'api.example.com/x' } }),
    pointer: '/steps/0/config/url',
    says: /https:\/\//,
  },
  {
    name: 'wait longer than the run',
    document: { ...flow({ name: 'w', type: 'wait', config: { ms: 60_000 } }), timeout: 1000 },
    pointer: '/steps/0/config/ms',
    says: /timeout/,
  },
  {
    name: 'budget below the worst case',
    document: { ...analyzing({ maxTokens: 100_000 }), budgetLimit: 0.01 },
    pointer: '/budgetLimit',
    says: /maxTokens/,
  },
];

export const MISTAKES: readonly Mistake[] = [...shapes, ...names, ...expressions, ...outside];
