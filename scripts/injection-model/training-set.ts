import { ATTACK_LISTS, ATTACK_TEMPLATES } from './attack-templates.ts';
import { composeFiction, composeJailbreak } from './compositions.ts';
import { HARMLESS_LISTS, HARMLESS_TEMPLATES } from './harmless-templates.ts';
import { fill, pick, seededRandom } from './random.ts';
import { isTrainable, type Row } from './rows.ts';

/** A text to learn from. */
export interface Example {
  readonly text: string;
  readonly label: 0 | 1;
  /** How much an error on it counts; 1 for an ordinary row. */
  readonly weight: number;
}

const GENERATED_HARMLESS = 1400;
const GENERATED_ATTACKS = 900;
const FICTION = 1500;
const JAILBREAKS = 1000;
const BURIED = 700;
const SEED = 20_260_701;

/** Rows whose licence allows it, sentences generated here, and attacks buried in harmless texts. The same for the same rows. */
export function trainingSet(rows: readonly Row[]): Example[] {
  const random = seededRandom(SEED);
  const examples: Example[] = [];
  const usable = rows.filter(isTrainable);
  for (const row of usable) {
    const weight = row.quality === 'noisy' ? NOISY_WEIGHT : 1;
    if (weight > 0) examples.push({ text: row.text, label: row.label, weight });
  }
  for (let i = 0; i < GENERATED_HARMLESS; i++) {
    examples.push({ text: fill(pick(HARMLESS_TEMPLATES, random), HARMLESS_LISTS, random), label: 0, weight: 1 });
  }
  for (let i = 0; i < GENERATED_ATTACKS; i++) {
    examples.push({ text: fill(pick(ATTACK_TEMPLATES, random), ATTACK_LISTS, random), label: 1, weight: 0.7 });
  }
  for (let i = 0; i < FICTION; i++) examples.push({ text: composeFiction(random), label: 0, weight: 1 });
  for (let i = 0; i < JAILBREAKS; i++) examples.push({ text: composeJailbreak(random), label: 1, weight: 0.7 });
  const harmless = examples.filter(({ label, text }) => label === 0 && text.length > 120);
  const attacks = examples.filter(({ label, text, weight }) => label === 1 && text.length < 220 && weight > 0.5);
  for (let i = 0; i < BURIED && harmless.length > 0 && attacks.length > 0; i++) {
    const { text } = pick(harmless, random);
    const at = text.indexOf(' ', Math.floor(random() * text.length * 0.8));
    examples.push({
      text: `${text.slice(0, at)} ${pick(attacks, random).text} ${text.slice(at)}`,
      label: 1,
      weight: 0.7,
    });
  }
  return examples;
}

/** Mosscap and hackaprompt rows: attacks on one game's password, often unlike an attack to look at. */
const NOISY_WEIGHT = Number(process.env.NOISY ?? 0.1);
