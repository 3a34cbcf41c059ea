import type { ConversationState } from '../../ports/conversation-state.ts';
import type { Stage } from '../stage.ts';

const NOTHING = Buffer.alloc(0);

/** Puts the history a call refers to in front of it, and keeps the reply for the next one. */
export function attachConversation(state: ConversationState): Stage {
  return {
    name: 'attachConversation',
    around(call, next) {
      const attaching = call.payload.kind === 'chat' ? state.attach(call) : undefined;
      return attaching === undefined ? next() : attaching.then(next);
    },
    settle(call, outcome) {
      if (outcome.error !== undefined) return;
      if (call.payload.kind === 'chat') return state.keep(call);
      if (call.payload.kind !== 'pass-through' || call.target === undefined) return;
      const { provider, credential } = call.target;
      return call.payload.keep?.({
        body: call.reply?.body ?? NOTHING,
        provider: provider.name,
        credentialId: credential.id,
      });
    },
  };
}
