import type { Json } from '../../../kernel/json.ts';
import { parseTemplate } from '../expressions/parse-template.ts';
import type { Flow, Step, StepOf } from '../flow.ts';
import type { PriceOf } from './flow-knowledge.ts';
import { placeInFlow, placeOf, textsIn } from './templates-of.ts';

/** What a run costs at most, as far as the definition says. */
export interface WorstPrice {
  /** Nano-USD of everything that has a bound: most tokens x price x tries x items. */
  readonly nano: number;
  /** What has none, with its place: a call without maxTokens, a model without a price, an expression in a prompt. */
  readonly unbounded: readonly { readonly pointer: string; readonly reason: string }[];
}

const NOTHING: WorstPrice = { nano: 0, unbounded: [] };
/** Prompts are mostly words; of other text tokens are shorter, so this errs on the dear side for prose. */
const CHARACTERS_PER_TOKEN = 3;

/** The dearest way through the flow: the dearer branch, every try, every item a map allows. */
export function worstPrice(flow: Flow, price: PriceOf): WorstPrice {
  const steps = priceList(flow.steps, price);
  if (flow.onFailure.workflow === undefined) return steps;
  return plus(
    steps,
    unknown(placeInFlow(flow, 'onError'), `the workflow ${flow.onFailure.workflow} has its own price`),
  );
}

function priceList(steps: readonly Step[], price: PriceOf): WorstPrice {
  return steps.map((step) => priceStep(step, price)).reduce(plus, NOTHING);
}

function priceStep(step: Step, price: PriceOf): WorstPrice {
  const tried = times(priceWork(step, price), step.retry.maxAttempts);
  const caught = step.catch === undefined ? NOTHING : priceList(step.catch, price);
  const undone = step.compensate === undefined ? NOTHING : priceStep(step.compensate, price);
  return [tried, caught, undone].reduce(plus);
}

function priceWork(step: Step, price: PriceOf): WorstPrice {
  switch (step.type) {
    case 'sampling':
      return priceCall(step, price);
    case 'condition':
      return dearest([step.then, step.else].map((steps) => priceList(steps, price)));
    case 'switch':
      return dearest([...step.cases.map(({ steps }) => steps), step.default].map((steps) => priceList(steps, price)));
    case 'parallel':
      return priceList(step.steps, price);
    case 'map':
      return times(priceList(step.steps, price), itemsOf(step));
    case 'workflow':
      return unknown(placeOf(step, 'workflow'), `the workflow ${step.workflow} has its own price`);
    case 'eval':
      return unknown(placeOf(step, 'evaluator'), 'an evaluator may ask a model');
    default:
      return NOTHING;
  }
}

function itemsOf(step: StepOf<'map'>): number {
  return Array.isArray(step.items) ? Math.min(step.items.length, step.maxItems) : step.maxItems;
}

function priceCall(step: StepOf<'sampling'>, price: PriceOf): WorstPrice {
  if (typeof step.model !== 'string' || step.model.includes('{{'))
    return unknown(placeOf(step, 'model'), 'the model is chosen at run time');
  if (typeof step.maxTokens !== 'number') return unknown(placeOf(step, 'maxTokens'), 'the call has no maxTokens');
  const prompt = promptOf(step.messages);
  const nano = price(step.model, {
    input: Math.ceil(prompt.characters / CHARACTERS_PER_TOKEN),
    output: step.maxTokens,
  });
  if (nano === undefined) return unknown(placeOf(step, 'model'), `the model ${step.model} has no price`);
  const open = prompt.hasExpressions
    ? unknown(placeOf(step, 'messages'), 'expressions in the prompt may be of any length')
    : NOTHING;
  return plus({ nano, unbounded: [] }, open);
}

/** The characters that are written out. A text that cannot be parsed is another check's concern. */
function promptOf(messages: Json): { characters: number; hasExpressions: boolean } {
  let characters = 0;
  let hasExpressions = false;
  for (const { text } of textsIn(messages, '')) {
    for (const part of partsOf(text)) {
      if (typeof part === 'string') characters += part.length;
      else hasExpressions = true;
    }
  }
  return { characters, hasExpressions };
}

function partsOf(text: string): readonly (string | object)[] {
  try {
    return parseTemplate(text);
  } catch {
    return [text];
  }
}

function plus(left: WorstPrice, right: WorstPrice): WorstPrice {
  return { nano: left.nano + right.nano, unbounded: [...left.unbounded, ...right.unbounded] };
}

function times({ nano, unbounded }: WorstPrice, factor: number): WorstPrice {
  return { nano: nano * factor, unbounded };
}

/** One of them runs; what has no bound may be in any. */
function dearest(branches: readonly WorstPrice[]): WorstPrice {
  return {
    nano: Math.max(...branches.map(({ nano }) => nano)),
    unbounded: branches.flatMap(({ unbounded }) => unbounded),
  };
}

function unknown(pointer: string, reason: string): WorstPrice {
  return { nano: 0, unbounded: [{ pointer, reason }] };
}
