import { createRandom, hashText } from './random.ts';

/** A unit vector made from the words of a text, so that texts which share words are near each other. */
export function embedText(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  const words = text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.slice(0, 400) ?? [''];
  for (const word of words) {
    const random = createRandom(hashText(word));
    for (let spread = 0; spread < 24; spread += 1) {
      const place = random.integer(0, dimensions - 1);
      vector[place] = (vector[place] ?? 0) + random.next() * 2 - 1;
    }
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => Number((value / length).toFixed(8)));
}
