import { formatCount } from './format-count.ts';

/** `1 call`, `1,204 calls`; `plural` where an s does not make it. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}
