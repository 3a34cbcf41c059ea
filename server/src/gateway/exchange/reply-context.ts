import type { Call } from '../../ports/call.ts';
import type { ReplyContext } from '../../ports/protocol.ts';

/** What the client's encoder may know about the call. */
export function replyContext(call: Call): ReplyContext {
  return {
    requestId: call.id,
    createdS: Math.floor(call.startedAt / 1000),
    nowMs: call.startedAt,
    provider: call.target?.provider.name ?? '',
    dropped: call.dropped,
  };
}
