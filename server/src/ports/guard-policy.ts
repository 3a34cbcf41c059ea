/** What happens with what a guardrail sees. */
export type GuardMode = 'off' | 'monitor' | 'redact' | 'block';

/** A guardrail that is on. */
export interface GuardRule {
  /** `name` of a built-in detector, or the configured name of a custom one. */
  readonly guardrail: string;
  readonly mode: Exclude<GuardMode, 'off'>;
  /** 0..1, instead of the detector's own; undefined: the detector's own. */
  readonly threshold: number | undefined;
}

/** A guardrail that somebody configured: exactly one of its criteria is set. */
export interface CustomGuardrail {
  readonly name: string;
  /** A regular expression of the RE2 syntax: it runs in linear time. */
  readonly pattern?: string | undefined;
  /** Words or phrases, found whatever their case, never inside of longer words. */
  readonly words?: readonly string[] | undefined;
  /** Texts longer than this, in UTF-16 units, are hits as a whole. */
  readonly maxCharacters?: number | undefined;
  /** Texts of more lines than this are hits. */
  readonly maxLines?: number | undefined;
  /** Texts in a language that is not among these (ISO 639-1 codes) are hits as a whole; too short ones pass. */
  readonly languages?: readonly string[] | undefined;
}

/** Somebody outside the process who is asked about a text: a webhook or a model. */
export interface OutsideGuardrail {
  /** webhook or judge. */
  readonly name: string;
  readonly mode: Exclude<GuardMode, 'off'>;
}

/** What one direction of a call is held to. */
export interface GuardPlan {
  /** Names this plan: two plans with one version give one text the same verdict. */
  readonly version: string;
  readonly rules: readonly GuardRule[];
  /** The custom guardrails among the rules. */
  readonly custom: readonly CustomGuardrail[];
  readonly outside: readonly OutsideGuardrail[];
  /** Some guardrail redacts or blocks: texts wait for the full detectors. */
  readonly isStrict: boolean;
  /** The full detectors run for monitoring guardrails too, in a thread, while the call goes on. */
  readonly inBackground: boolean;
}

/** What guards one call. */
export interface GuardPolicy {
  /** Changes whenever anything here does: part of the key of cached replies. */
  readonly version: string;
  /** Undefined: nothing looks at what goes out. */
  readonly input: GuardPlan | undefined;
  /** Undefined: nothing looks at what comes back. */
  readonly output: GuardPlan | undefined;
  /** Longest wait for the full detectors, in milliseconds. */
  readonly deadlineMs: number;
  /** What a check that failed means where a guardrail redacts or blocks. */
  readonly onError: 'block' | 'pass';
  /** Status of a refusal on this API. */
  readonly blockedStatus: number;
}
