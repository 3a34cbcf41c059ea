import { WeirError } from '../../../kernel/errors.ts';
import { asObject, compact, isObject, type Json, type JsonObject, parseJson } from '../../../kernel/json.ts';
import type { ModelAnswer, ModelGateway } from '../../../ports/model-gateway.ts';
import type { Scope, StepOf } from '../flow.ts';
import { askModel } from './ask-model.ts';
import { renderField, renderOptional, wrongInput } from './render-field.ts';
import type { StepResult, StepRunner } from './step-runner.ts';

type SamplingStep = StepOf<'sampling'>;

/** Asks a model through the gateway. The output is `{content, model, usage, finishReason}`, or the JSON that a schema asked for. */
export function samplingRunner(models: ModelGateway): StepRunner<'sampling'> {
  return {
    type: 'sampling',
    asksModel: true,
    render,
    effect: (step) => step.effect ?? 'idempotent',
    async perform(step, input, attempt) {
      const { model, messages, maxTokens, temperature, topP, stop } = asObject(input) ?? {};
      let result: StepResult | undefined;
      await askModel(models, attempt, {
        model: typeof model === 'string' ? model : undefined,
        messages: messages ?? [],
        maxTokens,
        temperature,
        topP,
        stop,
        schema: step.schema,
        keep(answer) {
          result = resultOf(step, answer);
          return attempt.keep(result);
        },
      });
      return result as StepResult;
    },
  };
}

function render(step: SamplingStep, scope: Scope): JsonObject {
  const optional = (field: string, template: SamplingStep['model']) => renderOptional(step, field, { template, scope });
  const model = optional('model', step.model);
  if (model !== undefined && typeof model !== 'string') throw wrongInput(step, 'model', 'the name of a model or route');
  return compact({
    model,
    messages: messagesOf(step, renderField(step, 'messages', { template: step.messages, scope })),
    maxTokens: optional('maxTokens', step.maxTokens),
    temperature: optional('temperature', step.temperature),
    topP: optional('topP', step.topP),
    stop: optional('stopSequences', step.stopSequences),
  });
}

function messagesOf(step: SamplingStep, rendered: Json): Json[] {
  if (!Array.isArray(rendered) || rendered.length === 0)
    throw wrongInput(step, 'messages', 'a list of {role, content}');
  return rendered.map((message, at) => {
    if (!isObject(message)) throw wrongInput(step, `messages[${at}]`, '{role, content}');
    return { ...message, content: contentOf(message.content ?? '') };
  });
}

/** A lone expression keeps its type, but a prompt is text: values are written as JSON. Parts (images) stay what they are. */
function contentOf(content: Json): Json {
  if (typeof content === 'string') return content;
  const isParts = Array.isArray(content) && content.length > 0 && content.every(isPart);
  return isParts ? content : JSON.stringify(content);
}

function isPart(part: Json): boolean {
  return isObject(part) && typeof part.type === 'string';
}

function resultOf({ name, schema }: SamplingStep, answer: ModelAnswer): StepResult {
  const { text, model, inputTokens, outputTokens, finishReason } = answer;
  const totalTokens = inputTokens + outputTokens;
  const whole: JsonObject = { content: text, model, usage: { inputTokens, outputTokens, totalTokens }, finishReason };
  if (schema === undefined) return { output: whole, model };
  const parsed = parseJson(text);
  // The gateway holds replies to their schema unless the project turned that off.
  if (parsed === undefined) {
    throw new WeirError('reply.invalid', {
      message: `Step "${name}" asks for JSON, and the reply of ${model} is none.`,
    });
  }
  return { output: parsed, raw: whole, model };
}
