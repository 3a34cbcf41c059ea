import { CountThread } from './count-thread.ts';
import type { TextCount } from './encode.ts';
import type { Encoding } from './encoding-of.ts';

/** Longer prompts than any model takes are estimated: counting them is work for nothing. */
const MAX_CHARACTERS = 8_388_608;
const CHARACTERS_PER_TOKEN = 4;

const thread = new CountThread();

/**
 * Counts texts on another thread, short ones too: loading a vocabulary alone would block the event loop for a tenth of a
 * second. What is absurdly long, or comes while the thread is busy beyond its bound, is estimated.
 */
export async function countText(texts: readonly string[], encoding: Encoding): Promise<TextCount> {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const counted = characters <= MAX_CHARACTERS ? await thread.count(texts, encoding) : undefined;
  return counted ?? estimated(texts, characters);
}

function estimated(texts: readonly string[], characters: number): TextCount {
  const each = texts.map(({ length }) => Math.ceil(length / CHARACTERS_PER_TOKEN));
  return { tokens: Math.ceil(characters / CHARACTERS_PER_TOKEN), each, exact: false };
}
