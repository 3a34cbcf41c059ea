import type { Wire } from '../../kernel/chat.ts';
import { asObject, asString, compact, parseJson } from '../../kernel/json.ts';

/**
 * Reasoning that came from another wire carries a proof its provider wants back (a signature, redacted text). Clients of
 * this wire keep and resend only `encrypted_content`, so the foreign proof travels in there, marked as Weir's.
 */
const MARK = 'weir1.';

export interface ReasoningProof {
  readonly signature?: string;
  readonly encrypted?: string;
  readonly wire?: Wire;
}

/** The `encrypted_content` a client sees; undefined when there is nothing to prove. */
export function sealReasoningProof(proof: ReasoningProof): string | undefined {
  if (proof.signature === undefined && proof.encrypted === undefined) return undefined;
  if (proof.wire === 'openai-responses') return proof.encrypted;
  const { wire, signature, encrypted } = proof;
  return MARK + Buffer.from(JSON.stringify(compact({ wire, signature, encrypted }))).toString('base64url');
}

/** Reads what a client sent back: its provider's own text, or a foreign proof out of Weir's envelope. */
export function openReasoningProof(encryptedContent: string): ReasoningProof {
  if (!isForeignProof(encryptedContent)) return { encrypted: encryptedContent, wire: 'openai-responses' };
  const text = Buffer.from(encryptedContent.slice(MARK.length), 'base64url').toString();
  const json = asObject(parseJson(text));
  return compact({
    signature: asString(json?.signature),
    encrypted: asString(json?.encrypted),
    wire: asString(json?.wire) as Wire | undefined,
  }) as ReasoningProof;
}

/** A provider of this wire would reject such content: it is another provider's. */
export function isForeignProof(encryptedContent: string): boolean {
  return encryptedContent.startsWith(MARK);
}
