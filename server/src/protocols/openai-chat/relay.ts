import type { Part } from '../../kernel/chat.ts';
import { isObject, parseJson } from '../../kernel/json.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { editJson } from '../json-edit.ts';

/**
 * Weir always asks for usage; a client that did not must not see it. The chunk that holds only usage is hidden, and
 * where usage sits beside choices just that field is taken out. Everything else keeps its bytes.
 */
export function relayChunk(event: WireEvent, parts: readonly Part[], request: ClientRequest): Buffer | undefined {
  if (request.includeUsage) return event.raw;
  // A chunk with a delta gives parts; one that gives none may hold usage whose numbers are absurd.
  const mayShowUsage = parts.length === 0 ? event.data !== '' : parts.some((part) => part.type === 'usage');
  if (!mayShowUsage) return event.raw;
  const chunk = parseJson(event.data);
  if (!isObject(chunk) || !isObject(chunk.usage)) return event.raw;
  if (!Array.isArray(chunk.choices) || chunk.choices.length === 0) return undefined;
  const edited = editJson(Buffer.from(event.data), chunk, { remove: ['usage'] });
  return Buffer.concat([DATA, edited, BLANK_LINE]);
}

const DATA = Buffer.from('data: ');
const BLANK_LINE = Buffer.from('\n\n');
