import type { Call } from '../../ports/call.ts';
import type { ConversationState } from '../../ports/conversation-state.ts';
import type { Stage } from '../stage.ts';

const NOTHING = Buffer.alloc(0);

/**
 * Puts the history a call refers to in front of it, and keeps the reply for the next one. Keeping comes before settlement:
 * what cannot be kept is the call's failure, and the ledger must know.
 */
export function attachConversation(state: ConversationState): Stage {
  return {
    name: 'attachConversation',
    around(call, next) {
      if (call.conversation === undefined || state.converse === undefined) return goOn(call, next, state);
      return state.converse(call, () => goOn(call, next, state));
    },
  };
}

function goOn(call: Call, next: () => Promise<void>, state: ConversationState): Promise<void> {
  const attaching = call.payload.kind === 'chat' ? state.attach(call) : undefined;
  const running = attaching === undefined ? next() : attaching.then(next);
  return keepsNothing(call) ? running : running.then(() => keep(call, state));
}

/** Only replies of one wire can be referred to later. Known before the call runs: nothing changes its wire. */
function keepsNothing({ payload }: Call): boolean {
  return payload.kind === 'chat' ? payload.request.wire !== 'openai-responses' : payload.kind === 'embeddings';
}

function keep(call: Call, state: ConversationState): Promise<void> | undefined {
  if (call.payload.kind === 'chat') return state.keep(call);
  if (call.payload.kind !== 'pass-through' || call.target === undefined) return undefined;
  const { provider, credential } = call.target;
  return call.payload.keep?.({
    body: call.reply?.body ?? NOTHING,
    provider: provider.name,
    credentialId: credential.id,
  });
}
