import type { Content, FinishReason } from '../../../kernel/chat.ts';
import { asObject, type JsonObject } from '../../../kernel/json.ts';

/** The wire has a status and a reason for incompleteness; whether tools are wanted shows in the output itself. */
export function decodeFinishReason(response: JsonObject, kinds: ReadonlySet<Content['type']>): FinishReason {
  if (response.status === 'incomplete') {
    const reason = asObject(response.incomplete_details)?.reason;
    if (reason === 'max_output_tokens') return 'length';
    return reason === 'content_filter' ? 'content-filter' : 'other';
  }
  if (response.status === 'queued' || response.status === 'in_progress' || response.status === 'cancelled') {
    return 'other';
  }
  if (kinds.has('tool-call')) return 'tool-calls';
  return kinds.has('refusal') && !kinds.has('text') ? 'refusal' : 'stop';
}

export interface Ending {
  readonly status: 'completed' | 'incomplete' | 'failed';
  /** Why an incomplete response stopped; null otherwise. */
  readonly incompleteDetails: JsonObject | null;
  readonly error: JsonObject | null;
}

export function encodeEnding(reason: FinishReason): Ending {
  switch (reason) {
    case 'length':
    case 'context-window':
      return { status: 'incomplete', incompleteDetails: { reason: 'max_output_tokens' }, error: null };
    case 'content-filter':
      return { status: 'incomplete', incompleteDetails: { reason: 'content_filter' }, error: null };
    case 'error':
      return {
        status: 'failed',
        incompleteDetails: null,
        error: { code: 'server_error', message: 'The model ended its reply with an error.' },
      };
    default:
      return { status: 'completed', incompleteDetails: null, error: null };
  }
}
