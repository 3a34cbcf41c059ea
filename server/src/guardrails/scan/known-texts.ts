import { hash } from 'node:crypto';
import type { Origin } from '../../kernel/finding.ts';
import type { InlineDetection } from '../../ports/guardrail.ts';

type Found = readonly InlineDetection[];

interface Known {
  /** Of the text and its origin. */
  readonly digest: string;
  readonly found: Found;
}

/** A power of two: what a text looks like names its place. */
const PLACES = 8192;
/** Characters looked at at either end, and as many places between. */
const LOOKS = 16;

/**
 * What the inline tier found in long texts that came again: of a growing conversation all but the end is known. Each text has one
 * place, which the next one takes. The first time only its looks are noted, which is nearly free; the second time its hash and
 * what was found are kept; from then on the hash, a third of a scan, is all it costs.
 */
export class KnownTexts {
  readonly #looks = new Int32Array(PLACES);
  readonly #known: (Known | undefined)[] = new Array<Known | undefined>(PLACES).fill(undefined);

  get(text: string, origin: Origin, scan: (text: string, origin: Origin) => Found): Found {
    const looks = looksOf(text);
    const place = looks & (PLACES - 1);
    if (this.#looks[place] !== looks) {
      this.#looks[place] = looks;
      this.#known[place] = undefined;
      return scan(text, origin);
    }
    const digest = `${origin} ${hash('sha256', text, 'base64')}`;
    const known = this.#known[place];
    if (known?.digest === digest) return known.found;
    const found = scan(text, origin);
    this.#known[place] = { digest, found };
    return found;
  }
}

/** Equal for equal texts, and seldom for others: what it says is checked by the hash. */
function looksOf(text: string): number {
  const { length } = text;
  const step = Math.floor(length / LOOKS) + 1;
  let looks = length;
  for (let at = 0; at < LOOKS; at++) looks = mix(looks, text.charCodeAt(at));
  for (let at = step; at < length; at += step) looks = mix(looks, text.charCodeAt(at));
  for (let at = length - LOOKS; at < length; at++) looks = mix(looks, text.charCodeAt(at));
  return Math.imul(looks, 0x9e3779b1) >>> 7;
}

function mix(looks: number, code: number): number {
  return (Math.imul(looks, 31) + code) | 0;
}
