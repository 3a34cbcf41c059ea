import type { IncomingHttpHeaders } from 'node:http';
import type { FieldProblem } from '../check-fields.ts';
import type { JsonObject } from '../json.ts';
import type { RateReading } from '../rate-meter.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { WireError, WireErrorFields } from '../wire-error.ts';

/** What the endpoints of one provider have in common. */
export interface WireFamily {
  name: 'openai' | 'anthropic' | 'groq' | 'huggingface';
  /** Replies to a request without, or with a wrong, credential. */
  credentialError(credential: string | undefined): WireError;
  encodeError(fields: WireErrorFields, requestId: string): JsonObject;
  /** How a failure is told inside a stream that has begun. */
  errorEvent(fields: WireErrorFields, requestId: string): StreamEvent;
  /** A refusal that names the field at fault the way this provider does. */
  fieldError(problem: FieldProblem): WireError;
  newRequestId(): string;
  replyHeaders(requestId: string, reading: RateReading): Record<string, string>;
}

/** The credential, whichever header carries it. */
export function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const named = headers['x-api-key'] ?? headers['api-key'];
  const credential = bearer ?? (Array.isArray(named) ? named[0] : named);
  return credential === '' ? undefined : credential;
}

/** Any credential will do, except one that says it is not valid. */
export function isAccepted(credential: string | undefined): credential is string {
  return credential !== undefined && !/invalid|revoked/i.test(credential);
}
