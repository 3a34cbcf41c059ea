import { isObject, type Json } from '../../../kernel/json.ts';
import type { Step, StepWork } from '../flow.ts';
import { decodeCondition } from './decode-parts.ts';
import { Fields } from './fields.ts';
import { errorAt, pointerOf } from './problem.ts';

type StepList = { values: readonly Json[]; pointer: string };
type DecodeSteps = (list: StepList) => Step[];
type Work<T extends StepWork['type']> = Extract<StepWork, { type: T }>;

const DEFAULT_MAX_ITEMS = 100;

/** What a step does, from its type and config, and where each of its fields stands. */
export function decodeWork(
  step: Fields,
  decodeSteps: DecodeSteps,
): { work: StepWork; pointers: Readonly<Record<string, string>> } {
  const config = new Fields(step.get('config'), { pointer: step.place('config'), problems: step.problems });
  const type = String(step.get('type'));
  if (type === 'sampling' || type === 'llm') {
    const fields = samplingFields(config);
    return { work: decodeSampling(fields), pointers: fields.pointers };
  }
  const decode = DECODERS[type as keyof typeof DECODERS];
  const work = decode(config, decodeSteps);
  return { work, pointers: config.pointers };
}

/** The seed's `config.sampling`, or the same fields directly in config. */
function samplingFields(config: Fields): Fields {
  const inner = config.inner('sampling');
  if (inner === undefined) return config;
  for (const name of ['model', 'messages', 'maxTokens', 'temperature', 'topP', 'stopSequences', 'schema']) {
    if (config.get(name) !== undefined)
      config.problems.push(
        errorAt(config.place(name), `${name} stands beside sampling.`, `Move ${name} into sampling.`),
      );
  }
  return inner;
}

function decodeSampling(config: Fields): StepWork {
  const messages = config.get('messages');
  if (messages === undefined)
    config.problems.push(
      errorAt(config.pointer, 'messages is missing.', 'Add "messages": [{"role": "user", "content": "..."}].'),
    );
  return {
    type: 'sampling',
    model: config.get('model'),
    messages: messages ?? [],
    maxTokens: config.get('maxTokens'),
    temperature: config.get('temperature'),
    topP: config.get('topP'),
    stopSequences: config.get('stopSequences'),
    schema: config.record('schema'),
  };
}

const DECODERS = {
  tool: (config): Work<'tool'> => ({
    type: 'tool',
    server: required(config, 'server', 'serverName'),
    tool: required(config, 'tool', 'toolName'),
    params: config.get('params') ?? {},
  }),
  prompt: decodePrompt,
  resource: (config): Work<'resource'> => ({
    type: 'resource',
    server: config.text('server'),
    uri: required(config, 'uri', 'resource'),
  }),
  http: (config): Work<'http'> => ({
    type: 'http',
    method: (config.text('method') as Work<'http'>['method'] | undefined) ?? 'GET',
    url: config.get('url') ?? '',
    headers: config.get('headers') ?? {},
    body: config.get('body'),
  }),
  condition: (config, decodeSteps): Work<'condition'> => ({
    type: 'condition',
    condition: conditionOf(config.get('condition')),
    // biome-ignore lint/suspicious/noThenProperty: the seed's name of the branch
    then: decodeSteps(config.list('then')),
    else: decodeSteps(config.list('else')),
  }),
  switch: (config, decodeSteps): Work<'switch'> => ({
    type: 'switch',
    cases: config.list('cases').values.map((value, at) => {
      const { when, steps } = isObject(value) ? value : {};
      const pointer = pointerOf(config.place('cases'), at, 'steps');
      return { when: conditionOf(when), steps: decodeSteps({ values: Array.isArray(steps) ? steps : [], pointer }) };
    }),
    default: decodeSteps(config.list('default')),
  }),
  parallel: (config, decodeSteps): Work<'parallel'> => ({
    type: 'parallel',
    steps: decodeSteps(config.list('steps')),
    concurrency: config.number('concurrency'),
  }),
  map: (config, decodeSteps): Work<'map'> => ({
    type: 'map',
    items: config.get('items') ?? [],
    steps: decodeSteps(config.list('steps')),
    concurrency: config.number('concurrency') ?? 1,
    maxItems: config.number('maxItems') ?? DEFAULT_MAX_ITEMS,
    toleratedFailures: config.number('toleratedFailures') ?? 0,
  }),
  workflow: (config): Work<'workflow'> => ({
    type: 'workflow',
    workflow: config.text('workflow') ?? '',
    version: config.number('version'),
    input: config.get('input') ?? {},
  }),
  wait: decodeWait,
  approval: decodeApproval,
  set: (config): Work<'set'> => ({ type: 'set', values: config.get('values') ?? {} }),
  fail: (config): Work<'fail'> => ({ type: 'fail', message: config.get('message') ?? '' }),
  eval: (config): Work<'eval'> => ({
    type: 'eval',
    evaluator: config.text('evaluator') ?? '',
    value: config.get('value') ?? null,
    expected: config.get('expected'),
    options: config.get('options'),
    threshold: config.number('threshold'),
  }),
} satisfies Record<string, (config: Fields, decodeSteps: DecodeSteps) => StepWork>;

/** `server/name`, or the name with the server beside it. */
function decodePrompt(config: Fields): Work<'prompt'> {
  const prompt = config.text('prompt') ?? '';
  const server = config.text('server');
  const slash = prompt.indexOf('/');
  if (server === undefined && (slash < 1 || slash === prompt.length - 1))
    config.problems.push(
      errorAt(
        config.place('prompt'),
        `The prompt ${JSON.stringify(prompt)} does not say its server.`,
        'Write "server/name".',
      ),
    );
  const split = server === undefined ? { server: prompt.slice(0, slash), prompt: prompt.slice(slash + 1) } : undefined;
  return {
    type: 'prompt',
    server: server ?? split?.server ?? '',
    prompt: split?.prompt ?? prompt,
    arguments: config.get('arguments') ?? {},
  };
}

function decodeWait(config: Fields): Work<'wait'> {
  const ms = config.get('ms');
  const until = config.get('until');
  if ((ms === undefined) === (until === undefined))
    config.problems.push(
      errorAt(
        config.pointer,
        'A wait step needs one of ms and until.',
        'Write "ms": 60000, or "until": "2027-01-31T09:00:00Z".',
      ),
    );
  return { type: 'wait', ms, until };
}

function decodeApproval(config: Fields): Work<'approval'> {
  const timeoutMs = config.number('timeout');
  const decided = config.inner('default');
  if (decided !== undefined && timeoutMs === undefined)
    config.problems.push(
      errorAt(config.place('default'), 'The default decision needs a timeout.', 'Add "timeout" in milliseconds.'),
    );
  return {
    type: 'approval',
    message: config.get('message') ?? '',
    form: config.record('form'),
    data: config.get('data'),
    timeoutMs,
    default:
      decided === undefined
        ? undefined
        : {
            decision: decided.text('decision') === 'approve' ? 'approve' : 'reject',
            data: decided.get('data') ?? null,
          },
  };
}

function required(config: Fields, name: string, alias: string): string {
  const value = config.text(name, alias);
  if (value === undefined)
    config.problems.push(errorAt(config.pointer, `${name} is missing.`, `Add ${JSON.stringify(name)}.`));
  return value ?? '';
}

function conditionOf(value: Json | undefined): Work<'condition'>['condition'] {
  return decodeCondition(value) ?? { kind: 'cel', expression: 'false' };
}
