import type { Wire } from '../kernel/chat.ts';
import type { Origin } from '../kernel/finding.ts';
import type { Payload } from './payload.ts';

/** A text inside a request. */
export interface RequestText {
  readonly text: string;
  /** user · untrusted: tool results and documents · output: what a model said earlier in the conversation. */
  readonly origin: Origin;
  /** Where it is in the client's body. */
  readonly path: readonly (string | number)[];
}

/** Gives another text, or undefined for one that stays. */
export type ChangeText = (text: string) => string | undefined;

/** Finds the texts of calls without knowing more of a wire than where texts are, and changes nothing but them. */
export interface CallTexts {
  /** What users, tools and models said. Instructions of the operator (system prompts, tool definitions) are not among them. */
  ofRequest(payload: Payload): readonly RequestText[];
  /** The payload with other texts; every byte outside of the changed texts stays. */
  changeRequest(payload: Payload, change: ChangeText): Payload;
  /** The same for the body of a reply; undefined when replies of the wire are not made from their body. */
  changeReply(wire: Wire, body: Buffer, change: ChangeText): Buffer | undefined;
}
