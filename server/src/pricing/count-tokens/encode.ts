import type { Encoding } from './encoding-of.ts';
import { splitRuns } from './split-runs.ts';

export interface TextCount {
  readonly tokens: number;
  /** Of each text, in order. */
  readonly each: readonly number[];
  /** False when a run was so long that it had to be cut. */
  readonly exact: boolean;
}

type CountTokens = (text: string, options: EncodeOptions) => number;
interface EncodeOptions {
  readonly allowedSpecial: Set<string>;
  readonly disallowedSpecial: Set<string>;
}

/** `<|endoftext|>` in a prompt is text like any other. */
const NO_SPECIAL: EncodeOptions = { allowedSpecial: new Set(), disallowedSpecial: new Set() };

const loaded = new Map<Encoding, Promise<CountTokens>>();

/** Counts on this thread; the vocabulary (about 70 MB) is loaded at the first use of its encoding. */
export async function countTexts(texts: readonly string[], encoding: Encoding): Promise<TextCount> {
  const count = await load(encoding);
  const each: number[] = [];
  let tokens = 0;
  let exact = true;
  for (const text of texts) {
    const pieces = splitRuns(text);
    if (pieces.length > 1) exact = false;
    const before = tokens;
    for (const piece of pieces) tokens += count(piece, NO_SPECIAL);
    each.push(tokens - before);
  }
  return { tokens, each, exact };
}

function load(encoding: Encoding): Promise<CountTokens> {
  let counting = loaded.get(encoding);
  if (counting === undefined) {
    counting = encoding === 'o200k_base' ? loadO200k() : loadCl100k();
    loaded.set(encoding, counting);
  }
  return counting;
}

async function loadO200k(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  return countTokens;
}

async function loadCl100k(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
  return countTokens;
}
