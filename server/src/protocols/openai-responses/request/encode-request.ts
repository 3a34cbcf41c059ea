import type { ChatRequest, Message, ReasoningOptions, ResponseFormat, Tool, ToolChoice } from '../../../kernel/chat.ts';
import { compact, type JsonObject } from '../../../kernel/json.ts';
import type { EncodedRequest, UpstreamContext } from '../../../ports/protocol.ts';
import { reasoningEffort } from '../../openai-chat/reasoning-effort.ts';
import { DroppedNames } from './dropped-names.ts';
import { encodeInput } from './encode-input.ts';

/** A request of another wire, written for a provider that speaks Responses. Nothing is left at the provider. */
export function encodeRequest(request: ChatRequest, context: UpstreamContext): EncodedRequest {
  const { quirks } = context;
  const dropped = new DroppedNames(request.extensions.wire);
  const { instructions, rest } = splitInstructions(request.messages, dropped);
  const format = request.responseFormat && encodeFormat(request.responseFormat, quirks.noJsonSchema ?? false);
  const body: JsonObject = compact({
    model: context.model,
    instructions: joinText(instructions, format?.hint),
    input: encodeInput(rest, quirks, dropped),
    tools: encodeTools(request.tools, dropped),
    tool_choice: encodeToolChoice(request.toolChoice),
    parallel_tool_calls: request.parallelToolCalls,
    max_output_tokens: request.maxOutputTokens ?? quirks.defaultMaxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    text: format?.text,
    reasoning: encodeReasoningOptions(request.reasoning),
    include: wantsEncryptedReasoning(request) ? ['reasoning.encrypted_content'] : undefined,
    user: request.user,
    store: false,
    stream: request.stream || undefined,
  });
  carryExtensions(request, body, dropped);
  nameUnsupported(request, dropped);
  applyQuirks(body, context, dropped);
  return { body: Buffer.from(JSON.stringify(body)), dropped: dropped.list() };
}

/** Leading system messages are what this wire calls instructions; later ones stay where they stand. */
function splitInstructions(messages: readonly Message[], dropped: DroppedNames) {
  let count = 0;
  while (messages[count]?.role === 'system') count += 1;
  const texts = messages.slice(0, count).flatMap((message) =>
    message.content.flatMap((block) => {
      if (block.cacheControl !== undefined) dropped.add('cache_control');
      return block.type === 'text' ? [block.text] : [];
    }),
  );
  return { instructions: texts.length === 0 ? undefined : texts.join('\n\n'), rest: messages.slice(count) };
}

function joinText(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined || second === undefined ? (first ?? second) : `${first}\n\n${second}`;
}

function encodeFormat(format: ResponseFormat, noJsonSchema: boolean): { text: JsonObject; hint?: string } {
  if (format.kind === 'text') return { text: { format: { type: 'text' } } };
  if (format.kind === 'json') return { text: { format: { type: 'json_object' } } };
  const { name, schema, description, strict } = format;
  if (noJsonSchema) {
    const hint = `Answer with one JSON object that matches this JSON Schema:\n${JSON.stringify(schema)}`;
    return { text: { format: { type: 'json_object' } }, hint };
  }
  return { text: { format: compact({ type: 'json_schema', name, schema, description, strict }) } };
}

function encodeTools(tools: readonly Tool[] | undefined, dropped: DroppedNames): JsonObject[] | undefined {
  return tools?.flatMap((tool) => {
    if (tool.type === 'opaque') {
      if (tool.wire === 'openai-responses') return [tool.value as JsonObject];
      dropped.add(tool.name);
      return [];
    }
    if (tool.cacheControl !== undefined) dropped.add('cache_control');
    const { name, description, parameters, strict } = tool;
    // The wire takes an absent `strict` as true, every other wire as false.
    return [
      compact({
        type: 'function',
        name,
        description,
        parameters: parameters ?? NO_PARAMETERS,
        strict: strict ?? false,
      }),
    ];
  });
}

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} };

function encodeToolChoice(choice: ToolChoice | undefined): string | JsonObject | undefined {
  if (choice === undefined) return undefined;
  return choice.kind === 'tool' ? { type: 'function', name: choice.name } : choice.kind;
}

function encodeReasoningOptions(reasoning: ReasoningOptions | undefined): JsonObject | undefined {
  if (reasoning === undefined || reasoning.mode === 'disabled') return undefined;
  const effort = reasoningEffort(reasoning);
  const wantsText = reasoning.mode !== undefined || reasoning.budgetTokens !== undefined;
  const summary = reasoning.summary ?? (wantsText ? 'auto' : undefined);
  const options = compact({ effort, summary });
  return Object.keys(options).length === 0 ? undefined : options;
}

/** Models that do not reason reject the include, so it is asked for only where reasoning is in play. */
function wantsEncryptedReasoning(request: ChatRequest): boolean {
  const { reasoning } = request;
  const asked = reasoning !== undefined && reasoning.mode !== 'disabled' && reasoning.effort !== 'none';
  return asked || request.messages.some((message) => message.content.some((block) => block.type === 'reasoning'));
}

/** Fields that OpenAI's chat wire shares with this one under the same name. */
const SHARED = ['prompt_cache_key', 'prompt_cache_retention', 'safety_identifier', 'service_tier', 'top_logprobs'];

function carryExtensions(request: ChatRequest, body: JsonObject, dropped: DroppedNames): void {
  const { wire, fields } = request.extensions;
  for (const [name, value] of Object.entries(fields)) {
    if (wire === 'openai-chat' && SHARED.includes(name)) body[name] = value;
    else if (wire === 'openai-chat' && name === 'verbosity')
      body.text = { ...(body.text as JsonObject), verbosity: value };
    else dropped.add(name);
  }
  if (request.metadata === undefined) return;
  if (wire === 'openai-chat') body.metadata = request.metadata;
  else if (wire !== 'anthropic-messages') dropped.addField('metadata');
}

function nameUnsupported(request: ChatRequest, dropped: DroppedNames): void {
  if (request.stop !== undefined && request.stop.length > 0) dropped.addField('stop');
  if (request.topK !== undefined) dropped.addField('topK');
  if (request.seed !== undefined) dropped.addField('seed');
  if (request.n !== undefined && request.n > 1) dropped.addField('n');
  if (request.presencePenalty) dropped.addField('presencePenalty');
  if (request.frequencyPenalty) dropped.addField('frequencyPenalty');
}

function applyQuirks(body: JsonObject, context: UpstreamContext, dropped: DroppedNames): void {
  const { noSampling, unsupported, setFields, removeFields } = context.quirks;
  for (const name of [...(noSampling ? ['temperature', 'top_p'] : []), ...(unsupported ?? [])]) {
    if (body[name] === undefined) continue;
    delete body[name];
    dropped.add(name);
  }
  Object.assign(body, setFields);
  for (const name of removeFields ?? []) delete body[name];
}
