import type { Exchange } from '../../exchange.ts';
import { isObject, type JsonObject, numberOf } from '../../json.ts';
import { embedText } from '../../mind/embedding.ts';
import { writeProse } from '../../mind/prose.ts';
import { hashText } from '../../mind/random.ts';
import { cutIntoTokens } from '../../mind/tokens.ts';
import type { StreamEvent } from '../../stream-event.ts';
import { WireError } from '../../wire-error.ts';

type Task = 'text-generation' | 'feature-extraction' | 'text-classification' | 'summarization';

const TASK_BY_NAME: readonly (readonly [RegExp, Task])[] = [
  [/sentiment|sst|classif|roberta|toxic/i, 'text-classification'],
  [/minilm|embed|bge|e5-|gte-|sentence/i, 'feature-extraction'],
  [/bart|pegasus|summar|-t5/i, 'summarization'],
];

const VECTOR_SIZE = 384;

interface TaskInput {
  model: string;
  inputs: string[];
  /** True when the request sent one text and expects one result, not a list of them. */
  single: boolean;
  parameters: JsonObject;
  seed: number;
}

/** A raw task: `{inputs, parameters}` for a model that does not chat. */
export async function runTask({ params, body, world, reply, requestId }: Exchange): Promise<void> {
  const model = (params.id ?? '').replace(/\/pipeline\/[a-z-]+$/, '');
  if (model === 'missing-model' || model === '') {
    throw new WireError({ status: 404, type: 'text', message: `Model ${model} does not exist` });
  }
  const input = readInput(body, model, world.seed);
  reply.header('x-compute-type', 'simulated');
  reply.header('x-compute-time', '0.012');
  reply.header('x-compute-characters', String(input.inputs.reduce((sum, text) => sum + text.length, 0)));
  const task = taskOf(params.id ?? '');
  if (task === 'text-generation' && isObject(body) && body.stream === true) {
    return reply.events(streamGeneration(generate(input.inputs[0] ?? '', input), requestId));
  }
  return reply.json(TASKS[task](input));
}

function taskOf(path: string): Task {
  const named = /\/pipeline\/([a-z-]+)$/.exec(path)?.[1];
  if (named === 'sentence-similarity') return 'feature-extraction';
  if (named !== undefined && named in TASKS) return named as Task;
  return TASK_BY_NAME.find(([pattern]) => pattern.test(path))?.[1] ?? 'text-generation';
}

const TASKS: Readonly<Record<Task, (input: TaskInput) => unknown[]>> = {
  'text-generation': (input) => input.inputs.map((text) => ({ generated_text: generate(text, input) })),
  'feature-extraction': ({ inputs, single }) => {
    const vectors = inputs.map((text) => embedText(text, VECTOR_SIZE));
    return single ? (vectors[0] ?? []) : vectors;
  },
  'text-classification': ({ inputs, seed }) => inputs.map((text) => classify(text, seed)),
  summarization: ({ inputs, seed }) =>
    inputs.map((text) => ({ summary_text: writeProse(`short summary of ${text}`, hashText(text, seed)) })),
};

function readInput(body: unknown, model: string, seed: number): TaskInput {
  const fields = isObject(body) ? body : {};
  const { inputs } = fields;
  const list = Array.isArray(inputs) ? inputs : [inputs];
  if (!list.every((each) => typeof each === 'string')) {
    throw new WireError({
      status: 400,
      type: 'text',
      message: 'inputs: expected a string or a list of strings',
      param: 'inputs',
    });
  }
  const parameters = isObject(fields.parameters) ? fields.parameters : {};
  return { model, inputs: list, single: !Array.isArray(inputs), parameters, seed };
}

function generate(text: string, { model, parameters, seed }: TaskInput): string {
  const written = writeProse(text, hashText(`${seed}|${model}|${text}`));
  const most = numberOf(parameters.max_new_tokens) ?? 100;
  const fresh = cutIntoTokens(written).slice(0, most).join('');
  return parameters.return_full_text === false ? fresh : `${text} ${fresh}`;
}

function classify(text: string, seed: number): JsonObject[] {
  const positive = 0.5 + ((hashText(text, seed) % 4900) + 100) / 10_000;
  const good = !/\b(bad|terrible|hate|awful|worst)\b/i.test(text);
  const labels = good ? ['POSITIVE', 'NEGATIVE'] : ['NEGATIVE', 'POSITIVE'];
  return [
    { label: labels[0], score: positive },
    { label: labels[1], score: Number((1 - positive).toFixed(4)) },
  ];
}

function* streamGeneration(text: string, requestId: string): Generator<StreamEvent> {
  const tokens = cutIntoTokens(text);
  for (const [index, token] of tokens.entries()) {
    const last = index === tokens.length - 1;
    yield {
      data: {
        index: index + 1,
        token: { id: hashText(token) % 32_000, text: token, logprob: -0.25, special: false },
        generated_text: last ? text : null,
        details: last
          ? { finish_reason: 'length', generated_tokens: tokens.length, seed: null, request_id: requestId }
          : null,
      },
      kind: last ? 'terminator' : 'content',
    };
  }
}
