import type { Call } from './call.ts';

/** State that earlier calls left and this one goes on from (previous_response_id). Undefined: there is nothing to wait for. */
export interface ConversationState {
  /** Before routing: may replace the payload (history written into it) or pin the call to where its history lives. */
  attach(call: Call): Promise<void> | undefined;
  /** After success, before the last byte: keeps what later calls go on from. */
  keep(call: Call): Promise<void> | undefined;
  /**
   * Runs a call that names a conversation: what was said before goes in front of it, and what it says and is answered is
   * kept when it succeeded, all of it or nothing. Absent: there are no conversations.
   */
  converse?(call: Call, run: () => Promise<void>): Promise<void>;
}
