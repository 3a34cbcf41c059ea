import { asArray, type JsonObject } from '../kernel/json.ts';
import type { ClientRequest, Turn } from '../ports/protocol.ts';
import { withField } from './with-field.ts';

/** Body and parsed form of a request whose `messages` go on with these turns. */
export function withMessages(request: ClientRequest, turns: readonly Turn[]): [Buffer, JsonObject] {
  const said = turns.map(({ role, text }) => ({ role, content: text }));
  return withField(request, { messages: [...(asArray(request.json.messages) ?? []), ...said] });
}
