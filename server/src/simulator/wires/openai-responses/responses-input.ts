import { isObject, type JsonObject, numberOf, objectsIn, stringOf } from '../../json.ts';
import type { ToolChoice, Turn, TurnMessage, TurnTool } from '../../mind/turn.ts';
import { newId } from '../../new-id.ts';
import { OPENAI_THINKERS } from '../openai/openai-dialect.ts';
import { readContent } from '../openai-chat/content.ts';

/** The `input` field as a list of items, a plain string as one user message. */
export function inputItems(input: unknown): JsonObject[] {
  if (typeof input === 'string') {
    return [{ id: newId('msg_'), type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
  }
  return objectsIn(input).map((item) => ({
    id: stringOf(item.id) ?? newId(item.role ? 'msg_' : 'item_'),
    ...item,
    type: stringOf(item.type) ?? 'message',
  }));
}

/** A checked responses request as a turn; `history` are the items of the turns before it. */
export function readResponsesTurn(body: JsonObject, history: JsonObject[]): Turn {
  const model = stringOf(body.model) ?? '';
  const text = isObject(body.text) ? body.text : {};
  const format = isObject(text.format) ? text.format : {};
  const reasoning = isObject(body.reasoning) ? body.reasoning : {};
  const effort = stringOf(reasoning.effort);
  const instructions = stringOf(body.instructions);
  const system: TurnMessage[] = instructions === undefined ? [] : [{ role: 'system', text: instructions, media: [] }];
  return {
    model,
    messages: [...system, ...readItems(history)],
    tools: objectsIn(body.tools).flatMap(readTool),
    toolChoice: readToolChoice(body.tool_choice),
    parallelCalls: body.parallel_tool_calls !== false,
    ...(format.type === 'json_schema' ? { schema: format.schema } : {}),
    jsonMode: format.type === 'json_object',
    reasoning: effort === undefined ? OPENAI_THINKERS.test(model) : effort !== 'none',
    maxTokens: numberOf(body.max_output_tokens),
    stop: [],
    talksBeforeCalls: false,
  };
}

function readItems(items: JsonObject[]): TurnMessage[] {
  const names = new Map<string, string>();
  const messages: TurnMessage[] = [];
  for (const item of items) {
    if (item.type === 'function_call' || item.type === 'custom_tool_call') {
      names.set(String(item.call_id), String(item.name));
      messages.push({ role: 'assistant', text: '', media: [] });
    } else if (item.type === 'function_call_output' || item.type === 'custom_tool_call_output') {
      const read = readContent(item.output);
      messages.push({ role: 'tool', ...read, toolName: names.get(String(item.call_id)) });
    } else if (item.type === 'message') {
      const role = item.role === 'developer' ? 'system' : item.role;
      messages.push({ role: role as TurnMessage['role'], ...readContent(item.content) });
    }
  }
  return messages;
}

function readTool(tool: JsonObject): TurnTool[] {
  if (tool.type !== 'function' && tool.type !== 'custom') return [];
  return [
    {
      name: String(tool.name),
      description: stringOf(tool.description) ?? '',
      kind: tool.type,
      schema: isObject(tool.parameters) ? tool.parameters : undefined,
    },
  ];
}

function readToolChoice(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'required') return choice;
  if (!isObject(choice)) return 'auto';
  if (typeof choice.name === 'string') return { name: choice.name };
  return choice.mode === 'required' ? 'required' : 'auto';
}
