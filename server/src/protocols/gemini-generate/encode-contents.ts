import type { Content, Message, ToolCallContent, ToolResultContent } from '../../kernel/chat.ts';
import { asObject, compact, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { DropReport } from '../drop-report.ts';
import { geminiVersion } from './gemini-version.ts';
import { filePart, imagePart } from './media-part.ts';

interface Turn {
  readonly role: 'user' | 'model';
  readonly parts: JsonObject[];
}

export interface EncodedContents {
  /** Parts of the system instruction; empty when there is none. */
  readonly system: JsonObject[];
  readonly contents: JsonObject[];
}

/** Said by the user where the wire demands a turn and the conversation has none to give. */
const PLACEHOLDER = 'Continue.';
/** Google's own word for calls its models did not make: newer models refuse a call without a signature. */
const NO_SIGNATURE = 'skip_thought_signature_validator';
const NEEDS_SIGNATURES = 3;

/** System and developer messages become the system instruction, neighbours of one role one turn. */
export function encodeContents(messages: readonly Message[], model: string, drops: DropReport): EncodedContents {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  const calls = new Map<string, Call>();
  const needsSignature = geminiVersion(model) >= NEEDS_SIGNATURES;
  for (const message of messages) {
    if (message.name !== undefined) drops.name('messages.name');
    if (message.role === 'system' || message.role === 'developer') system.push(...encodeSystem(message, drops));
    else if (message.role === 'assistant')
      addTurn(turns, 'model', encodeAnswer(message, { calls, needsSignature, drops }));
    else addTurn(turns, 'user', encodeQuestion(message, calls, drops));
  }
  if (turns.length === 0) turns.push({ role: 'user', parts: [{ text: PLACEHOLDER }] });
  for (const turn of turns) orderResults(turn, [...calls.keys()]);
  return { system, contents: turns.map(({ role, parts }) => ({ role, parts: parts.map(withoutCallId) })) };
}

/** What earlier messages say about a call that a result answers. */
interface Call {
  readonly name: string;
}

function addTurn(turns: Turn[], role: Turn['role'], parts: JsonObject[]): void {
  if (parts.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === role) last.parts.push(...parts);
  else turns.push({ role, parts });
}

function encodeSystem(message: Message, drops: DropReport): JsonObject[] {
  return message.content.flatMap<JsonObject>((content) => {
    drops.marks(content);
    if (content.type === 'text') return content.text === '' ? [] : { text: content.text };
    drops.name(`messages.system.${content.type}`);
    return [];
  });
}

function encodeQuestion(message: Message, calls: ReadonlyMap<string, Call>, drops: DropReport): JsonObject[] {
  return message.content.flatMap<JsonObject>((content) => {
    drops.marks(content);
    return content.type === 'tool-result' ? encodeResult(content, calls, drops) : (encodePart(content, drops) ?? []);
  });
}

function encodeAnswer(
  message: Message,
  of: { calls: Map<string, Call>; needsSignature: boolean; drops: DropReport },
): JsonObject[] {
  let isFirstCall = true;
  return message.content.flatMap<JsonObject>((content) => {
    of.drops.marks(content);
    if (content.type !== 'tool-call') return encodePart(content, of.drops) ?? [];
    of.calls.set(content.id, { name: content.name });
    const fallback = of.needsSignature && isFirstCall ? NO_SIGNATURE : undefined;
    isFirstCall = false;
    return encodeCall(content, fallback, of.drops);
  });
}

function encodeCall(call: ToolCallContent, fallback: string | undefined, drops: DropReport): JsonObject {
  const args = call.argumentsText.trim() === '' ? {} : parseJson(call.argumentsText);
  if (!isObject(args)) drops.name('tool_calls.arguments');
  return compact({
    functionCall: { name: call.name, args: isObject(args) ? args : {} },
    thoughtSignature: call.signature ?? fallback,
  });
}

/** Results are found by the function's name; the id stays on the part until the results are in the order of their calls. */
function encodeResult(result: ToolResultContent, calls: ReadonlyMap<string, Call>, drops: DropReport): JsonObject[] {
  const name = result.toolName ?? calls.get(result.toolCallId)?.name ?? result.toolCallId;
  const texts = result.content.flatMap((content) => (content.type === 'text' ? content.text : []));
  const media = result.content.flatMap<JsonObject>((content) =>
    content.type === 'text' ? [] : (encodePart(content, drops) ?? []),
  );
  const response = responseOf(texts.join('\n'), result.isError === true);
  return [{ functionResponse: { name, response }, [CALL_ID]: result.toolCallId }, ...media];
}

const CALL_ID = 'callId';

/** The wire wants an object: a result that is one is sent as it is, any other text under a name. */
function responseOf(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text };
  return asObject(parseJson(text)) ?? { result: text };
}

/** Calls of the same function are told apart by their order alone. */
function orderResults(turn: Turn, order: readonly string[]): void {
  const results = turn.parts.filter((part) => part[CALL_ID] !== undefined);
  if (results.length < 2) return;
  const rank = (part: JsonObject) => {
    const position = order.indexOf(String(part[CALL_ID]));
    return position === -1 ? order.length : position;
  };
  const rest = turn.parts.filter((part) => part[CALL_ID] === undefined);
  turn.parts.splice(0, turn.parts.length, ...results.sort((left, right) => rank(left) - rank(right)), ...rest);
}

function withoutCallId(part: JsonObject): JsonObject {
  if (part[CALL_ID] === undefined) return part;
  const { [CALL_ID]: _, ...rest } = part;
  return rest;
}

function encodePart(content: Content, drops: DropReport): JsonObject | undefined {
  switch (content.type) {
    case 'text':
    case 'refusal':
      return content.text === '' ? undefined : { text: content.text };
    case 'audio':
      return { inlineData: { mimeType: `audio/${content.format}`, data: content.data } };
    case 'image':
      return imagePart(content) ?? lost('messages.image.file_id', drops);
    case 'file':
      return filePart(content) ?? lost('messages.file', drops);
    case 'reasoning':
      if (content.wire === 'gemini-generate' && content.text !== '') {
        return compact({ text: content.text, thought: true, thoughtSignature: content.signature });
      }
      // Without a proof, old reasoning is nothing that any provider would read again.
      return content.signature === undefined && content.encrypted === undefined
        ? undefined
        : lost('messages.reasoning', drops);
    case 'opaque':
      if (content.wire === 'gemini-generate') return asObject(content.value);
      return lost(`messages.${content.name}`, drops);
    default:
      return lost(`messages.${content.type}`, drops);
  }
}

function lost(name: string, drops: DropReport): undefined {
  drops.name(name);
  return undefined;
}
