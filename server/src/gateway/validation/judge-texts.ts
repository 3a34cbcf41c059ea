import type { ResponseFormat } from '../../kernel/chat.ts';
import { withoutControlCharacters } from '../../kernel/control-characters.ts';
import type { ReplyProblem } from '../../kernel/reply-problem.ts';
import type { ReplyChecker, TextCheck, TextVerdict } from '../../ports/reply-check.ts';
import { tooLong } from './invalid-reply.ts';
import type { ReplyRules } from './reply-rules.ts';
import type { ReplyText } from './reply-texts.ts';

export interface Judgement {
  /** Undefined: nothing of the reply had to have a form. */
  readonly outcome: TextVerdict['outcome'] | undefined;
  /** New texts of choices that cannot go as they are. */
  readonly changed: ReadonlyMap<number, string>;
  /** New arguments of tool calls that cannot go as they are, by `toolCallKey`. */
  readonly mended: ReadonlyMap<string, string>;
  readonly sanitized: boolean;
  readonly problems: readonly ReplyProblem[];
  /** The text that has the problems. */
  readonly failedText: string;
  /** Those are arguments for this tool; absent: they are a text. */
  readonly failedTool?: string;
}

export interface JudgeServices {
  readonly checker: ReplyChecker;
  readonly projectId: string;
  readonly rules: ReplyRules;
  /** Undefined: any text will do. */
  readonly format: ResponseFormat | undefined;
  /** The reply has left already: nothing can be mended. */
  readonly isGone: boolean;
}

const SEVERITY = { valid: 0, extracted: 1, repaired: 2, invalid: 3 } as const;
const NONE_MENDED: ReadonlyMap<string, string> = new Map();

/** The worse of two outcomes; undefined is none at all. */
export function worse(
  left: TextVerdict['outcome'] | undefined,
  right: TextVerdict['outcome'] | undefined,
): TextVerdict['outcome'] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return SEVERITY[right] > SEVERITY[left] ? right : left;
}

/** Every choice of a reply against what was asked for; the worst decides. */
export async function judgeTexts(texts: readonly ReplyText[], services: JudgeServices): Promise<Judgement> {
  const changed = new Map<number, string>();
  let outcome: TextVerdict['outcome'] | undefined;
  let sanitized = false;
  for (const said of texts) {
    const { verdict, isFormal } = await judgeText(said, services);
    if (verdict.outcome === 'invalid') {
      const problems = isCutOff(said) ? [CUT_OFF, ...verdict.problems] : verdict.problems;
      return { outcome: 'invalid', changed, mended: NONE_MENDED, sanitized, problems, failedText: said.text };
    }
    if (verdict.text !== said.text) changed.set(said.choice, verdict.text);
    if (verdict.sanitized) sanitized = true;
    if (isFormal) outcome = worse(outcome, verdict.outcome);
  }
  return { outcome, changed, mended: NONE_MENDED, sanitized, problems: [], failedText: '' };
}

async function judgeText(
  said: ReplyText,
  { checker, projectId, rules, format, isGone }: JudgeServices,
): Promise<{ verdict: TextVerdict; isFormal: boolean }> {
  const text = rules.stripsControl ? withoutControlCharacters(said.text) : said.text;
  if (rules.maxCharacters !== undefined && text.length > rules.maxCharacters) throw tooLong(rules.maxCharacters);
  const check = (of: Omit<TextCheck, 'text' | 'projectId'>) => checker.check({ text, projectId, ...of });
  if (format !== undefined && said.isAnswer) {
    const repair = rules.mode === 'repair' && !isGone && !isCutOff(said);
    return { verdict: await check({ format, repair, sanitize: rules.sanitizeJson }), isFormal: true };
  }
  if (rules.sanitizeJson !== 'none' && looksLikeJson(text)) {
    const asJson = await check({ format: ANY_JSON, repair: false, sanitize: rules.sanitizeJson });
    if (asJson.outcome === 'valid') return { verdict: asJson, isFormal: false };
  }
  return { verdict: await check({ format: undefined, repair: false, sanitize: rules.sanitizeText }), isFormal: false };
}

const ANY_JSON: ResponseFormat = { kind: 'json' };

function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** What a model was not allowed to finish is not guessed. */
export function isCutOff({ finishReason }: Pick<ReplyText, 'finishReason'>): boolean {
  return finishReason === 'length' || finishReason === 'context-window';
}

export const CUT_OFF: ReplyProblem = {
  error_type: 'truncated',
  message: 'was cut off at the output limit',
  path: '',
  recoverable: true,
};
