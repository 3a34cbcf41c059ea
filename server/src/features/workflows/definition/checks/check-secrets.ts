import type { Flow, Step, Template } from '../../flow.ts';
import type { FlowKnowledge } from '../flow-knowledge.ts';
import { errorAt, type Problem, pointerOf } from '../problem.ts';
import { conditionsOf, type PlacedText, placeInFlow, placeOf, textsIn } from '../templates-of.ts';
import { walkSteps } from '../walk-steps.ts';

/** Fields of a step that hold what people wrote; the rest is words of the language and numbers. */
const FIELDS = [
  ...['model', 'messages', 'params', 'arguments', 'uri', 'url', 'headers', 'body', 'items', 'input', 'values'],
  ...['message', 'form', 'data', 'default', 'value', 'expected', 'options', 'schema'],
];

/** A definition is stored, shown and copied, so a key has no place in it. The value is never repeated in the problem. */
export function checkSecrets(flow: Flow, { secretsIn }: FlowKnowledge): Problem[] {
  if (secretsIn === undefined) return [];
  const steps = [...walkSteps(flow.steps)];
  const texts = [...textsOfFlow(flow), ...steps.flatMap(textsOfFields), ...steps.flatMap(textsOfConditions)];
  return texts.flatMap(({ text, pointer }) => {
    const [kind] = secretsIn(text);
    if (kind === undefined) return [];
    return [
      errorAt(
        pointer,
        `The text holds a secret (${kind}).`,
        'Take it out, and replace the secret: it was sent. Read settings as {{env.NAME}}, keep keys of tool servers in the configuration file.',
      ),
    ];
  });
}

function textsOfFlow(flow: Flow): PlacedText[] {
  const inputs = flow.triggers.map((trigger) => ('input' in trigger ? trigger.input : null));
  return [
    ...(['description', 'input', 'output'] as const).flatMap((field) =>
      textsIn(flow[field] ?? null, placeInFlow(flow, field)),
    ),
    ...inputs.flatMap((input, at) => textsIn(input, pointerOf('/triggers', at, 'input'))),
  ];
}

function textsOfFields(step: Step): PlacedText[] {
  const fields = step as unknown as Readonly<Record<string, Template | undefined>>;
  return FIELDS.flatMap((field) => textsIn(fields[field] ?? null, placeOf(step, field)));
}

function textsOfConditions(step: Step): PlacedText[] {
  return conditionsOf(step).flatMap(({ condition, pointer }) =>
    condition.kind === 'cel'
      ? [{ text: condition.expression, pointer }]
      : textsIn(condition.value ?? null, pointerOf(pointer, 'value')),
  );
}
