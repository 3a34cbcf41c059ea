import type { ConversationSettings } from '../../config/sections/conversations.ts';
import { windowOf } from '../../features/conversations/window/window-of.ts';
import type { Call } from '../../ports/call.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { withOnly } from '../../protocols/openai-responses/with-history.ts';
import type { MessageTokens } from './message-tokens.ts';

/** The window over a chain of responses that Weir keeps, where `conversations.responses` asks for one. */
export function shortenChain(
  settings: () => ConversationSettings,
  tokens: MessageTokens,
): (request: ClientRequest, call: Call) => Promise<ClientRequest> {
  return async (request, call) => {
    const { messages = Number.MAX_SAFE_INTEGER, tokens: most } = settings().responses;
    if (messages === Number.MAX_SAFE_INTEGER && most === undefined) return request;
    const model = call.models[0] ?? '';
    const said = await tokens.count(model, request.chat().messages);
    const weigher = await tokens.weigher(model);
    const tokensOf = await weigher.of(said);
    const all = said.map(({ message }) => message);
    const view = windowOf(all, { messages, tokens: most ?? Number.MAX_SAFE_INTEGER }, { tokensOf });
    return view.left === 0 ? request : withOnly(request, view.messages);
  };
}
