/** Who a piece of text comes from: decides thresholds. untrusted: tool results, documents. */
export type Origin = 'user' | 'untrusted' | 'output';

/** Something a guardrail saw in a text. It points at the text and never repeats it. */
export interface Finding {
  /** injection, harmful, pii, secrets, size, language, or the configured name of a custom one. */
  readonly guardrail: string;
  /** Kind within the guardrail: instruction_override, email, openai_key ... */
  readonly type: string;
  /** UTF-16 offsets within the text that was looked at; equal when the whole text is meant. */
  readonly start: number;
  readonly end: number;
  /** 0..1; at least the detector's threshold. */
  readonly score: number;
  readonly origin: Origin;
  /** What was done about it: monitor lets pass. */
  readonly action: 'monitor' | 'redact' | 'block';
}

/** Is it something a text says? The other findings say that nobody looked; those are for the ledger. */
export function isOfText({ type }: Finding): boolean {
  return type !== 'unscanned';
}

/** `injection/instruction_override;score=0.97;origin=user;action=block`, separated by commas; empty when no text said anything. */
export function showFindings(findings: readonly Finding[]): string {
  return findings
    .filter(isOfText)
    .map(
      ({ guardrail, type, score, origin, action }) =>
        `${guardrail}/${type};score=${score.toFixed(2)};origin=${origin};action=${action}`,
    )
    .join(', ');
}
