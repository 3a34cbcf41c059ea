import { asNumber, asObject, type JsonObject } from '../kernel/json.ts';
import type { Call } from '../ports/call.ts';
import type { ClientRequest } from '../ports/protocol.ts';
import type { CallTokens } from '../ports/shared-state.ts';
import type { TokenEstimator } from './estimate-tokens.ts';

/** What a reply is taken for when the client set no limit: it is put right at the end of the call. */
const UNTOLD_OUTPUT = 500;

/** Tokens of a call before it is made. */
export function callTokens(call: Call, estimator: TokenEstimator): CallTokens {
  const input = estimator.estimate(call.models[0] ?? '', promptCharacters(call));
  const output = requestedOutput(call);
  if (output !== undefined) return { asked: input + output, charged: input + output };
  return { asked: input, charged: call.payload.kind === 'chat' ? input + UNTOLD_OUTPUT : input };
}

/** Rough size of the prompt in characters, media excluded. */
export function promptCharacters({ payload }: Call): number {
  switch (payload.kind) {
    case 'chat':
      return payload.request.promptCharacters;
    case 'embeddings':
      return payload.request.inputCharacters;
    case 'pass-through':
      return payload.promptCharacters;
  }
}

/** Most output tokens the call may get over all its choices; undefined when the client set no limit. */
export function requestedOutput({ payload }: Call): number | undefined {
  if (payload.kind !== 'chat') return undefined;
  const { maxOutputTokens } = payload.request;
  return maxOutputTokens === undefined ? undefined : maxOutputTokens * replies(payload.request);
}

/**
 * Output tokens that a reply nobody saw is taken for. Where budgets hold the worst case it is the limit that was sent: they
 * must not be overspent. Elsewhere it is a usual reply.
 */
export function unseenOutput(call: Call): number {
  if (call.payload.kind !== 'chat') return 0;
  const limit = requestedOutput(call) ?? UNTOLD_OUTPUT;
  const isBounded = call.reservedNano !== undefined || call.run?.allowances.some(({ unit }) => unit === 'tokens');
  return isBounded === true ? limit : Math.min(limit, UNTOLD_OUTPUT);
}

/** How many replies are made, and paid for, of one chat request. */
export function replies(request: ClientRequest): number {
  return choices(askedFields(request)) * prompts(request);
}

/** More is a mistake, and arithmetic with it is not exact. */
const MOST_CHOICES = 100_000;

export function choices(json: { readonly [name: string]: unknown }): number {
  return Math.min(MOST_CHOICES, Math.max(1, asNumber(json.n) ?? 1, asNumber(json.best_of) ?? 1));
}

/** The fields that go to the provider; one of the seed APIs has them one level deeper. */
export function askedFields({ wire, json }: ClientRequest): JsonObject {
  return wire === 'weir-v1' ? (asObject(json.config) ?? NONE) : json;
}

const NONE: JsonObject = Object.freeze({});

/** Legacy completions answer each text of a list, or each list of token ids, on its own. */
function prompts({ wire, json }: ClientRequest): number {
  if (wire !== 'openai-completions' || !Array.isArray(json.prompt)) return 1;
  return typeof json.prompt[0] === 'number' ? 1 : Math.max(1, json.prompt.length);
}
