import type { ResponseStore } from '../../features/responses/response-store.ts';
import { asArray, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { Call } from '../../ports/call.ts';
import type { ConversationState } from '../../ports/conversation-state.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import {
  expandPrevious,
  hasItemReferences,
  inputItemsOf,
  previousResponseId,
  wantsStore,
  withInputItems,
} from '../../protocols/openai-responses/input-items.ts';

/**
 * previous_response_id and store on any provider: an id that lives at a provider pins the call to it, an id that Weir
 * keeps is written out as input items.
 */
export function responsesState(
  store: ResponseStore,
  of: {
    report: (error: unknown, call: Call) => void;
    /** What of a long chain is sent. */
    shorten: (request: ClientRequest, call: Call) => Promise<ClientRequest>;
  },
): ConversationState {
  /** Turns whose history was written in front of them. */
  const expanded = new WeakMap<Call, ExpandedTurn>();
  return {
    attach(call) {
      const request = responsesRequest(call);
      return request === undefined ? undefined : attachHistory(call, request);
    },
    keep(call) {
      const request = responsesRequest(call);
      return request === undefined ? undefined : keepResponse(call, request);
    },
  };

  async function attachHistory(call: Call, asked: ClientRequest): Promise<void> {
    let request = asked;
    if (call.payload.kind !== 'chat') return;
    if (hasItemReferences(request)) {
      request = withInputItems(request, await store.resolve(inputItemsOf(request), call.caller.projectId));
      call.payload = { ...call.payload, request };
    }
    const previous = previousResponseId(request);
    if (previous === undefined) return;
    const place = await store.locate(previous, call.caller.projectId);
    if (place.kind === 'provider') {
      call.pinned = { provider: place.provider, credentialId: place.credentialId };
      return;
    }
    const history = await store.history(previous, call.caller.projectId);
    const whole = expandPrevious(request, history);
    const sent = await of.shorten(whole, call);
    expanded.set(call, { previousId: previous, own: inputItemsOf(request), isWhole: sent === whole });
    call.payload = { ...call.payload, request: sent };
  }

  async function keepResponse(call: Call, request: ClientRequest): Promise<void> {
    const response = finalResponse(call);
    if (response === undefined || typeof response.id !== 'string' || !wantsStore(request)) return;
    const owner = {
      id: response.id,
      projectId: call.caller.projectId,
      userId: call.attribution.userId,
      previousId: expanded.get(call)?.previousId ?? previousResponseId(request),
      store: true,
    };
    try {
      if (call.upstreamWire === 'openai-responses' && call.target !== undefined) {
        await store.rememberProviderResponse({
          ...owner,
          provider: call.target.provider.name,
          credentialId: call.target.credential.id,
        });
      } else {
        const outputItems = (asArray(response.output) ?? []).filter(isObject);
        const inputItems = ownItems(request, expanded.get(call));
        await store.save({ ...owner, inputItems, outputItems, response });
      }
    } catch (thrown) {
      // The reply was paid for and is good; that it cannot be referred to later is told, not made an error.
      call.dropped.push('store');
      of.report(thrown, call);
    }
  }
}

interface ExpandedTurn {
  readonly previousId: string;
  /** Its own input items, as they came. */
  readonly own: readonly JsonObject[];
  /** The own items still stand, one by one, at the end of the input. */
  readonly isWhole: boolean;
}

/** Without those of earlier turns, and as they were sent: what guardrails took out is not kept. */
function ownItems(request: ClientRequest, turn: ExpandedTurn | undefined): readonly JsonObject[] {
  const items = inputItemsOf(request);
  if (turn === undefined) return items;
  return turn.isWhole ? items.slice(items.length - turn.own.length) : turn.own;
}

function responsesRequest(call: Call): ClientRequest | undefined {
  return call.payload.kind === 'chat' && call.payload.request.wire === 'openai-responses'
    ? call.payload.request
    : undefined;
}

/** The response object: the whole body, or what the stream's last event carries. */
function finalResponse(call: Call): JsonObject | undefined {
  if (!call.stream) {
    const json = call.reply === undefined ? undefined : parseJson(call.reply.body.toString('utf8'));
    return isObject(json) ? json : undefined;
  }
  for (const line of (call.tail?.toString('utf8') ?? '').split('\n')) {
    if (!line.startsWith('data:')) continue;
    const event = parseJson(line.slice(5));
    if (isObject(event) && isObject(event.response)) return event.response;
  }
  return undefined;
}
