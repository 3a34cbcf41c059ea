import type { ChatRequest, ReasoningOptions, ResponseFormat } from '../../kernel/chat.ts';
import { compact, type JsonObject } from '../../kernel/json.ts';
import type { EncodedRequest, Quirks, UpstreamContext } from '../../ports/protocol.ts';
import { DropReport } from '../drop-report.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeToolConfig } from './encode-tools.ts';

const MAX_STOPS = 4;

/** A Converse body; the model and whether it streams are said by the address. */
export function encodeRequest(request: ChatRequest, { model, quirks }: UpstreamContext): EncodedRequest {
  const drops = new DropReport(request.extensions.wire);
  const { system, messages } = encodeMessages(request.messages, drops);
  const { outputConfig, instruction } = encodeFormat(request.responseFormat, quirks);
  if (instruction !== undefined) {
    system.push({ text: instruction });
    if (request.responseFormat?.kind === 'json-schema') drops.field('responseFormat');
  }
  const body = compact({
    messages,
    system: system.length === 0 ? undefined : system,
    inferenceConfig: encodeInference(request, drops),
    toolConfig: encodeToolConfig(request, drops),
    outputConfig,
    additionalModelRequestFields: modelFields(request, model, drops),
    requestMetadata: encodeMetadata(request, drops),
    ...quirks.setFields,
  });
  drops.unsupported(request, ['n', 'seed', 'presencePenalty', 'frequencyPenalty', 'parallelToolCalls', 'user']);
  drops.extensions(request);
  return { body: Buffer.from(JSON.stringify(body)), dropped: drops.names() };
}

function encodeInference(request: ChatRequest, drops: DropReport): JsonObject | undefined {
  const { maxOutputTokens, temperature, topP, stop } = request;
  if ((stop?.length ?? 0) > MAX_STOPS) drops.field('stop');
  if (temperature !== undefined && temperature > 1) drops.field('temperature');
  const config = compact({
    maxTokens: maxOutputTokens,
    temperature: temperature === undefined ? undefined : Math.min(Math.max(temperature, 0), 1),
    topP,
    stopSequences: stop === undefined || stop.length === 0 ? undefined : stop.slice(0, MAX_STOPS),
  });
  return Object.keys(config).length === 0 ? undefined : config;
}

function encodeFormat(
  format: ResponseFormat | undefined,
  quirks: Quirks,
): { outputConfig?: JsonObject; instruction?: string } {
  if (format === undefined || format.kind === 'text') return {};
  if (format.kind === 'json') return { instruction: 'Answer with one valid JSON object and nothing else.' };
  const schema = JSON.stringify(format.schema);
  if (quirks.noJsonSchema === true) {
    return {
      instruction: `Answer with one JSON value that is valid against this JSON Schema, and nothing else:\n${schema}`,
    };
  }
  const jsonSchema = compact({ schema, name: format.name, description: format.description });
  return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
}

/** What the common fields have no word for, in the words of the model's family. */
function modelFields({ reasoning, topK }: ChatRequest, model: string, drops: DropReport): JsonObject | undefined {
  const fields: JsonObject = {};
  const isNova = model.includes('amazon.nova');
  if (topK !== undefined && isNova) fields.inferenceConfig = { topK };
  else if (topK !== undefined && model.includes('mistral.')) fields.top_k = topK;
  else if (topK !== undefined) drops.field('topK');
  const effort = effortOf(reasoning);
  if (effort !== undefined && model.includes('openai.gpt')) fields.reasoning_effort = effort;
  else if (effort !== undefined && model.includes('amazon.nova-2')) {
    fields.reasoningConfig = { type: 'enabled', maxReasoningEffort: effort };
  } else if (effort !== undefined) drops.field('reasoning');
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** Undefined when no thinking is wanted, which is how these models start. */
function effortOf(reasoning: ReasoningOptions | undefined): string | undefined {
  if (reasoning === undefined || reasoning.mode === 'disabled' || reasoning.effort === 'none') return undefined;
  const { effort, budgetTokens } = reasoning;
  if (effort !== undefined)
    return effort === 'minimal' ? 'low' : effort === 'low' || effort === 'medium' ? effort : 'high';
  if (budgetTokens === undefined) return 'medium';
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 10_240 ? 'medium' : 'high';
}

/** Pairs of texts only. */
function encodeMetadata({ metadata }: ChatRequest, drops: DropReport): JsonObject | undefined {
  if (metadata === undefined) return undefined;
  const texts = Object.entries(metadata).filter(([, value]) => typeof value === 'string');
  if (texts.length < Object.keys(metadata).length) drops.field('metadata');
  return texts.length === 0 ? undefined : Object.fromEntries(texts);
}
