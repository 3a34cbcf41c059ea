import { isObject, type JsonObject, numberOf, objectsIn, stringOf } from '../../json.ts';
import type { ToolChoice, Turn, TurnMessage, TurnTool } from '../../mind/turn.ts';
import type { ChatDialect } from './chat-dialect.ts';
import { readContent } from './content.ts';

/** A checked chat completions request as a turn. */
export function readChatTurn(body: JsonObject, dialect: ChatDialect): Turn {
  const model = stringOf(body.model) ?? '';
  const format = isObject(body.response_format) ? body.response_format : {};
  const schema = isObject(format.json_schema) ? format.json_schema.schema : undefined;
  const effort = stringOf(body.reasoning_effort);
  return {
    model,
    messages: readMessages(objectsIn(body.messages)),
    tools: objectsIn(body.tools).map(readTool),
    toolChoice: readToolChoice(body.tool_choice),
    parallelCalls: body.parallel_tool_calls !== false,
    ...(format.type === 'json_schema' ? { schema } : {}),
    jsonMode: format.type === 'json_object',
    reasoning: effort === undefined ? dialect.thinks.test(model) : effort !== 'none',
    maxTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    stop: readStop(body.stop),
    talksBeforeCalls: false,
  };
}

export function readStop(stop: unknown): string[] {
  return Array.isArray(stop) ? stop.filter((each) => typeof each === 'string') : typeof stop === 'string' ? [stop] : [];
}

function readMessages(messages: JsonObject[]): TurnMessage[] {
  const names = new Map<string, string>();
  return messages.map((message) => {
    for (const call of objectsIn(message.tool_calls)) {
      const made = isObject(call.function) ? call.function : isObject(call.custom) ? call.custom : {};
      names.set(String(call.id), String(made.name));
    }
    const role = message.role === 'developer' ? 'system' : message.role === 'function' ? 'tool' : message.role;
    return {
      role: role as TurnMessage['role'],
      ...readContent(message.content),
      toolName: names.get(String(message.tool_call_id)) ?? stringOf(message.name),
    };
  });
}

function readTool(tool: JsonObject): TurnTool {
  const custom = isObject(tool.custom);
  const definition = isObject(tool.function) ? tool.function : isObject(tool.custom) ? tool.custom : {};
  return {
    name: String(definition.name),
    description: stringOf(definition.description) ?? '',
    kind: custom ? 'custom' : 'function',
    schema: isObject(definition.parameters) ? definition.parameters : undefined,
  };
}

function readToolChoice(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'required') return choice;
  if (!isObject(choice)) return 'auto';
  const named = isObject(choice.function) ? choice.function : isObject(choice.custom) ? choice.custom : undefined;
  if (named) return { name: String(named.name) };
  const allowed = isObject(choice.allowed_tools) ? choice.allowed_tools : {};
  return allowed.mode === 'required' ? 'required' : 'auto';
}
