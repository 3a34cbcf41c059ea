import { shapeOf } from './signature.ts';

const MOST_CHARACTERS = 200;

/** An example of a signature that tells nothing of its variables. */
export function maskedLine(text: string): string {
  return shapeOf(text).replaceAll('\u0001', '<*>').slice(0, MOST_CHARACTERS);
}
