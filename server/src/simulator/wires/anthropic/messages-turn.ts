import { isObject, type JsonObject, numberOf, objectsIn, stringOf } from '../../json.ts';
import type { Medium, ToolChoice, Turn, TurnMessage, TurnTool } from '../../mind/turn.ts';
import { readStop } from '../openai-chat/chat-turn.ts';
import { base64Bytes } from '../openai-chat/content.ts';

/** A checked messages request as a turn. */
export function readMessagesTurn(body: JsonObject): Turn {
  const choice = isObject(body.tool_choice) ? body.tool_choice : {};
  const config = isObject(body.output_config) ? body.output_config : {};
  const format = isObject(config.format) ? config.format : isObject(body.output_format) ? body.output_format : {};
  const thinking = isObject(body.thinking) ? String(body.thinking.type) : 'disabled';
  return {
    model: stringOf(body.model) ?? '',
    messages: [...readSystem(body.system), ...readMessages(objectsIn(body.messages))],
    tools: objectsIn(body.tools).flatMap(readTool),
    toolChoice: readToolChoice(choice),
    parallelCalls: choice.disable_parallel_tool_use !== true,
    ...(format.type === 'json_schema' ? { schema: format.schema } : {}),
    jsonMode: false,
    reasoning: thinking !== 'disabled',
    maxTokens: numberOf(body.max_tokens),
    stop: readStop(body.stop_sequences),
    talksBeforeCalls: choice.type === undefined || choice.type === 'auto',
  };
}

function readSystem(system: unknown): TurnMessage[] {
  const text = textOf(system);
  return text === '' ? [] : [{ role: 'system', text, media: [] }];
}

/** One message of blocks becomes several: its own words, then each tool result it carries. */
function readMessages(messages: JsonObject[]): TurnMessage[] {
  const names = new Map<string, string>();
  return messages.flatMap((message) => {
    const role = message.role as TurnMessage['role'];
    if (typeof message.content === 'string') return [{ role, text: message.content, media: [] }];
    const blocks = objectsIn(message.content);
    for (const block of blocks) if (block.type === 'tool_use') names.set(String(block.id), String(block.name));
    const results = blocks.filter((block) => block.type === 'tool_result');
    const own: TurnMessage = { role, text: textOf(blocks), media: blocks.flatMap(readMedium) };
    const speaks = results.length === 0 || own.text !== '' || own.media.length > 0;
    return [
      ...(speaks ? [own] : []),
      ...results.map(
        (result): TurnMessage => ({
          role: 'tool',
          text: textOf(result.content),
          media: objectsIn(result.content).flatMap(readMedium),
          toolName: names.get(String(result.tool_use_id)),
        }),
      ),
    ];
  });
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsIn(content)
    .flatMap((block) => (block.type === 'text' ? [String(block.text)] : []))
    .join('\n');
}

function readMedium(block: JsonObject): Medium[] {
  if (block.type !== 'image' && block.type !== 'document') return [];
  const source = isObject(block.source) ? block.source : {};
  const label =
    source.type === 'base64'
      ? `${String(source.media_type)}, ${base64Bytes(String(source.data))} bytes`
      : String(source.url ?? source.file_id ?? source.media_type ?? 'inline');
  return [{ kind: block.type === 'image' ? 'image' : 'file', label }];
}

function readTool(tool: JsonObject): TurnTool[] {
  if (!isObject(tool.input_schema)) return [];
  return [
    {
      name: String(tool.name),
      description: stringOf(tool.description) ?? '',
      kind: 'function',
      schema: tool.input_schema,
    },
  ];
}

function readToolChoice(choice: JsonObject): ToolChoice {
  if (choice.type === 'none') return 'none';
  if (choice.type === 'any') return 'required';
  return choice.type === 'tool' ? { name: String(choice.name) } : 'auto';
}
