import { checkFields, type FieldRule } from '../../check-fields.ts';
import { isObject, type JsonObject, numberOf, objectsIn } from '../../json.ts';
import { WireError } from '../../wire-error.ts';
import { checkConversation } from './conversation-check.ts';
import { anthropicFamily, anthropicRefusal } from './family.ts';

const FIELDS: readonly FieldRule[] = [
  { name: 'model', kinds: ['string'], required: true },
  { name: 'max_tokens', kinds: ['integer'], required: true, min: 1 },
  { name: 'messages', kinds: ['array'], required: true, min: 1 },
  { name: 'system', kinds: ['string', 'array'] },
  { name: 'temperature', kinds: ['number'], min: 0, max: 1 },
  { name: 'top_p', kinds: ['number'], min: 0, max: 1 },
  { name: 'top_k', kinds: ['integer'], min: 0 },
  { name: 'stream', kinds: ['boolean'] },
  { name: 'stop_sequences', kinds: ['array'] },
  { name: 'tools', kinds: ['array'] },
  { name: 'tool_choice', kinds: ['object'] },
  { name: 'thinking', kinds: ['object'] },
  { name: 'output_config', kinds: ['object'] },
  { name: 'metadata', kinds: ['object'] },
];

const VERSIONS = ['2023-06-01', '2026-10-21'];
const MOST_CACHE_MARKS = 4;

/** Refuses what the provider would refuse; what passes has the types that `readMessagesTurn` relies on. */
export function checkMessagesRequest(body: unknown, version: unknown, counting = false): asserts body is JsonObject {
  if (version === undefined) throw anthropicRefusal('anthropic-version: header is required');
  if (!VERSIONS.includes(String(version))) {
    throw anthropicRefusal(`anthropic-version: "${String(version)}" is not a valid version`);
  }
  if (!isObject(body)) throw anthropicRefusal('The request body must be a JSON object.');
  const problem = checkFields(body, counting ? FIELDS.filter((field) => field.name !== 'max_tokens') : FIELDS);
  if (problem) throw anthropicFamily.fieldError(problem);
  if (version === '2026-10-21') refuseSampling(body);
  if (body.model === 'missing-model') {
    throw new WireError({ status: 404, type: 'not_found_error', message: 'model: missing-model', param: 'model' });
  }
  checkTools(objectsIn(body.tools));
  checkThinking(body);
  checkCacheMarks(body);
  checkConversation(body, String(version));
}

function refuseSampling(body: JsonObject): void {
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if (body[name] !== undefined) throw anthropicRefusal(`${name}: Extra inputs are not permitted`, name);
  }
}

function checkTools(tools: JsonObject[]): void {
  for (const [index, tool] of tools.entries()) {
    const ownTool = tool.type === undefined || tool.type === 'custom';
    const problem = checkFields(
      tool,
      [
        { name: 'name', kinds: ['string'], required: ownTool },
        { name: 'input_schema', kinds: ['object'], required: ownTool },
      ],
      `tools[${index}].`,
    );
    if (problem) throw anthropicFamily.fieldError(problem);
  }
}

function checkThinking(body: JsonObject): void {
  if (!isObject(body.thinking) || body.thinking.type !== 'enabled') return;
  const budget = numberOf(body.thinking.budget_tokens);
  if (budget === undefined || budget < 1024) {
    throw anthropicRefusal('thinking.enabled.budget_tokens: Input should be at least 1024', 'thinking.budget_tokens');
  }
  if (budget >= (numberOf(body.max_tokens) ?? Number.POSITIVE_INFINITY)) {
    throw anthropicRefusal('`max_tokens` must be greater than `thinking.budget_tokens`', 'max_tokens');
  }
  if ((body.temperature ?? 1) !== 1) {
    throw anthropicRefusal('`temperature` may only be set to 1 when thinking is enabled', 'temperature');
  }
  if (isObject(body.tool_choice) && ['any', 'tool'].includes(String(body.tool_choice.type))) {
    throw anthropicRefusal('Thinking may not be enabled when tool_choice forces tool use', 'tool_choice');
  }
}

function checkCacheMarks(body: JsonObject): void {
  const blocks = objectsIn(body.messages).flatMap((message) => objectsIn(message.content));
  const marked = [...objectsIn(body.tools), ...objectsIn(body.system), ...blocks].filter(
    (block) => block.cache_control,
  );
  if (marked.length > MOST_CACHE_MARKS) {
    throw anthropicRefusal(`A maximum of 4 blocks with cache_control may be provided. Found ${marked.length}.`);
  }
}
