import { isWeirError } from '../../../kernel/errors.ts';
import type { LogAnalysis } from '../analyze-lines.ts';
import { adviceQuestion } from './advice-question.ts';
import { type Advice, readAdvice } from './read-advice.ts';

/** A model that can be asked, on the bill of whoever wants the policy. */
export interface Adviser {
  /** `provider/model` or a route, for the policy. */
  readonly model: string;
  /** The text of its reply; rejects when there is none. */
  ask(question: { system: string; text: string }): Promise<string>;
}

/** Advice, or why there is none. */
export type AdviceResult = { readonly advice: Advice } | { readonly refused: string };

/** Asks for advice. Never rejects: without advice there are rules. */
export async function askAdvice(
  adviser: Adviser,
  about: { service: string; analysis: LogAnalysis; targetUsdPerDay: number | undefined },
): Promise<AdviceResult> {
  const question = adviceQuestion(about);
  let reply: string;
  try {
    reply = await adviser.ask({ system: question.system, text: question.text });
  } catch (error) {
    return { refused: `the model did not answer (${isWeirError(error) ? error.code : 'failed'})` };
  }
  const advice = readAdvice(reply, question.patterns);
  return advice === undefined ? { refused: 'the model did not answer with the JSON it was asked for' } : { advice };
}
