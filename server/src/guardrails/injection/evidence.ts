import { tokenise } from '../concepts/tokenise.ts';
import { normalise, type TextView } from '../text/normalise.ts';
import { LEXICON } from './lexicon.ts';
import { type LinearModel, strongestWindow } from './linear-model.ts';
import { matchRules } from './match-rules.ts';
import { type InjectionType, RULES } from './rules.ts';
import { matchShapes } from './shapes.ts';
import { surfaceOf } from './surface.ts';
import { CIPHERS } from './views/cipher-words.ts';
import { decodeCodeGroups } from './views/code-groups.ts';
import { decodeRuns } from './views/encoded-runs.ts';
import { decodeEscapes } from './views/escapes.ts';
import { joinBroken } from './views/joined.ts';
import { readLeet } from './views/leet.ts';
import { type DecodedView, originalSpan } from './views/view.ts';

/** A sign of an attack at a place of the original text. */
export interface Sign {
  readonly type: InjectionType;
  /** Names the rule or shape, so that the same sign counts once per window. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Log-odds for user text and for untrusted text. */
  readonly weight: number;
  readonly untrusted: number;
}

/** What one reading of a text shows. */
export interface Reading {
  readonly signs: readonly Sign[];
  /** The linear model's strongest window of this reading, in log-odds, with its place. */
  readonly learned: { readonly score: number; readonly start: number; readonly end: number };
  /** Absent for the plain reading. */
  readonly disguise?: string;
}

const MAX_SIGNS = 400;
/** Characters of decoded views read per text. */
const MAX_VIEWED = 100_000;
const DISCOUNTS = { plain: 0, asked: 2, quoted: 4 };
const ASKED_LEAST = 0.3;

export function readText(text: string, model: LinearModel): Reading[] {
  const plain = normalise(text);
  const readings: Reading[] = [];
  const ciphers: number[] = [];
  readings.push(
    read(plain, {
      model,
      tellCiphers(counts) {
        counts.forEach((count, cipher) => {
          if (count >= 2 || (count === 1 && text.length < 60)) ciphers.push(cipher);
        });
      },
    }),
  );
  let budget = MAX_VIEWED;
  for (const view of otherViews(text, plain, ciphers)) {
    budget -= view.text.length;
    if (budget < 0) break;
    readings.push({ ...read(view, { model }), disguise: view.disguise });
  }
  return readings;
}

function otherViews(text: string, plain: TextView, ciphers: readonly number[]): DecodedView[] {
  const surface = surfaceOf(plain.text);
  const views: DecodedView[] = [];
  if (surface.hasLongRun) views.push(...decodeRuns(text));
  if (surface.hasGroups) views.push(...decodeCodeGroups(text));
  if (surface.hasLeet) views.push(...readLeet(plain));
  const escapes = surface.hasEscapes ? decodeEscapes(text) : undefined;
  if (escapes !== undefined) views.push(escapes);
  if (surface.isBroken) views.push(joinBroken(plain));
  for (const cipher of ciphers) {
    const { name, undo } = CIPHERS[cipher] ?? { name: '', undo: (same: string) => same };
    views.push({ text: undo(plain.text), disguise: name, run: { start: 0, end: text.length } });
  }
  // One disguise below another: a decoded run may itself be spaced out or enciphered.
  for (const view of views.slice(0, 8)) {
    if (view.run === undefined || view.text.length > 2000) continue;
    for (const inner of decodeRuns(view.text)) views.push({ ...inner, run: view.run });
  }
  return views;
}

/** The signs of the plain text alone, without other views and without the learned model. */
export function plainSigns(text: string): readonly Sign[] {
  return read(normalise(text), {}).signs;
}

interface ReadOptions {
  /** Without one the reading has no learned score. */
  readonly model?: LinearModel;
  /** Gets how many words of the plain text each cipher would explain. */
  readonly tellCiphers?: (counts: Uint16Array) => void;
}

function read(view: TextView & Partial<DecodedView>, { model, tellCiphers }: ReadOptions): Reading {
  const tokens = tokenise(view.text, LEXICON);
  tellCiphers?.(tokens.ciphers);
  const signs: Sign[] = [];
  for (const hit of matchRules(tokens)) {
    if (signs.length >= MAX_SIGNS) break;
    const rule = RULES[hit.rule];
    if (rule === undefined || hit.mood === 'negated') continue;
    const discount = DISCOUNTS[hit.mood];
    const place = originalSpan(view, tokens.starts[hit.start] ?? 0, tokens.ends[hit.end] ?? 0);
    const weight = discounted(rule.weight, discount);
    signs.push({
      type: rule.type,
      name: rule.pattern,
      ...place,
      weight,
      untrusted: discounted(rule.untrusted ?? rule.weight, discount),
    });
  }
  const best = model === undefined ? { score: 0, start: 0, end: 0 } : strongestWindow(view.text, tokens, model);
  const learned = { score: best.score, ...originalSpan(view, best.start, best.end) };
  for (const shape of matchShapes(view.text, tokens)) {
    const place = originalSpan(view, shape.start, shape.end);
    signs.push({ ...shape, ...place });
  }
  return { signs, learned };
}

function discounted(weight: number, discount: number): number {
  return discount === 0 ? weight : Math.max(Math.min(weight, ASKED_LEAST), weight - discount);
}
