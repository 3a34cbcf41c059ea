import { asNumber, asObject, asString, parseJson } from '../../kernel/json.ts';
import type { OutsideVerdict } from '../../ports/outside-guard.ts';

/** `{verdict: allow|block, type?, score?}`. Throws when it is something else: an answer nobody understands is no permission. */
export function readVerdict(text: string, name: string): OutsideVerdict {
  const json = asObject(parseJson(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)));
  const verdict = json?.verdict;
  if (verdict !== 'allow' && verdict !== 'block') throw new Error(`the guardrail ${name} gave no verdict`);
  const type = (asString(json?.type) ?? name).replace(/\W+/g, '_').toLowerCase().slice(0, 64);
  const score = Math.min(1, Math.max(0, asNumber(json?.score) ?? 1));
  return { isBlocked: verdict === 'block', type: type === '' ? name : type, score };
}
