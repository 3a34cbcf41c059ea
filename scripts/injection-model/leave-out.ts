import { createInjectionDetector } from '../../server/src/guardrails/injection/detect-injection.ts';
import { evidenceOfScore } from '../../server/src/guardrails/injection/judge.ts';
import type { LinearModel } from '../../server/src/guardrails/injection/linear-model.ts';
import { quantise } from './encode-model.ts';
import { familyOf, isTrainable, type Row } from './rows.ts';
import { train } from './train.ts';
import { trainingSet } from './training-set.ts';

/** A row with the log-odds that a model gives it which saw no row of its family. */
export interface Judged {
  readonly row: Row;
  readonly family: string;
  readonly model: LinearModel;
  readonly evidence: number;
}

/** Harmless texts that may be flagged. */
export const HARMLESS_SHARE = 0.01;
/** Where the search for an edge begins; close calls are decided near it, so the second round begins where the first one ended. */
const FIRST_EDGE = 2;

/** Judges every row by a model that saw no row of its family. */
export function judgeLeavingOut(rows: readonly Row[]): Judged[] {
  const all = quantise(train(trainingSet(rows)));
  return [...new Set(rows.map(familyOf))].flatMap((family) => {
    const own = rows.filter((row) => familyOf(row) === family);
    const others = rows.filter((row) => familyOf(row) !== family);
    const learned = own.some(isTrainable) ? quantise(train(trainingSet(others))) : all;
    const model = { ...learned, edge: FIRST_EDGE };
    return own.map((row) => ({ row, family, model, evidence: evidenceAt(row, model) }));
  });
}

/** The log-odds of a row where close calls are decided around the edge of the model. */
function evidenceAt({ text }: Row, model: LinearModel): number {
  return evidenceOfScore(createInjectionDetector(model).full(text, 'user').score) + model.edge;
}

/** The same rows with close calls decided around another edge. */
export function judgeAt(judged: readonly Judged[], edge: number): Judged[] {
  return judged.map((one) => {
    const model = { ...one.model, edge };
    return { ...one, model, evidence: evidenceAt(one.row, model) };
  });
}

/** The lowest edge that at most the share of the harmless rows reach. */
export function chooseEdge(judged: readonly Judged[], share: number): number {
  return lowestEdge(judgeAt(harmlessOf(judged), lowestEdge(harmlessOf(judged), share)), share);
}

function harmlessOf(judged: readonly Judged[]): Judged[] {
  return judged.filter(({ row }) => row.label === 0);
}

function lowestEdge(harmless: readonly Judged[], share: number): number {
  const evidence = harmless.map((one) => one.evidence).sort((left, right) => right - left);
  const allowed = Math.floor(evidence.length * share);
  const first = evidence[allowed] ?? 0;
  // Halfway between the last text that may be flagged and the first that may not.
  return allowed === 0 ? first + 0.01 : (first + (evidence[allowed - 1] ?? first)) / 2;
}
