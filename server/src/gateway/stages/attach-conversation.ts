import type { ConversationState } from '../../ports/conversation-state.ts';
import type { Stage } from '../stage.ts';

/** Puts the history a call refers to in front of it, and keeps the reply for the next one. */
export function attachConversation(state: ConversationState): Stage {
  return {
    name: 'attachConversation',
    async around(call, next) {
      if (call.payload.kind === 'chat') await state.attach(call);
      await next();
    },
    settle(call, outcome) {
      if (outcome.error === undefined && call.payload.kind === 'chat') return state.keep(call);
    },
  };
}
