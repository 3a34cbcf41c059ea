import type { JsonObject } from '../../kernel/json.ts';
import type { Call } from '../../ports/call.ts';
import type { ReplyKey } from '../../ports/reply-cache.ts';
import { countMembers } from './count-members.ts';
import { hashRequest } from './hash-request.ts';

/** What decides a reply besides the request: never read from it. */
export interface KeySurroundings {
  /** Everything the model name may lead to, in an order that does not depend on the draw. */
  readonly targets: string;
  /** Versions of the prompt and of the guard and validation policies that this call meets. */
  readonly policies: string;
}

/** Raised when keys are made in another way: old entries are then never met again. */
const KEY_VERSION = 'weir-reply-1';

/** Members of a body that change who asks and how the reply travels, not what it says. */
const NOT_IN_KEY: ReadonlySet<string> = new Set(['user', 'metadata', 'stream', 'stream_options', 'store']);
const NOT_IN_NEUTRAL_KEY: ReadonlySet<string> = new Set(['user', 'metadata', 'stream', 'includeUsage']);

/** Undefined for requests whose replies cannot be given to another: those that refer to state, or have two meanings. */
export function requestKey(call: Call, surroundings: KeySurroundings): ReplyKey | undefined {
  const { payload } = call;
  if (payload.kind === 'pass-through' || call.pinned !== undefined) return undefined;
  const parts = keyParts(call, surroundings);
  const { projectId } = call.caller;
  if (payload.kind === 'chat' && payload.request.wire === 'weir-v1') {
    const chat = payload.request.chat() as unknown as JsonObject;
    return { projectId, hash: hashRequest(parts, chat, NOT_IN_NEUTRAL_KEY).hash };
  }
  const { body, json } = payload.request;
  if (refersToState(json)) return undefined;
  const { hash, members } = hashRequest(parts, json, NOT_IN_KEY);
  // A name that stands twice means one thing to us and may mean another to the provider.
  return members === countMembers(body) ? { projectId, hash } : undefined;
}

export function keyParts(call: Call, { targets, policies }: KeySurroundings): string[] {
  return [KEY_VERSION, call.caller.projectId, call.wire, call.operation, targets, policies, ...headerParts(call)];
}

/** Headers that switch features of the wire on. Those that name a session are left out. */
function headerParts({ clientHeaders }: Call): string[] {
  const names = Object.keys(clientHeaders).filter((name) => name.startsWith('anthropic-') || name === 'openai-beta');
  return names.sort().map((name) => `${name}=${clientHeaders[name]}`);
}

/** The Responses API's work in the background and conversations that live at the provider. */
function refersToState({ background, conversation }: JsonObject): boolean {
  return background === true || (conversation !== undefined && conversation !== null);
}
