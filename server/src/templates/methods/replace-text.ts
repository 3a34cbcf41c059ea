import { charactersOf } from '../values/code-points.ts';
import type { Run } from '../values/run.ts';

/** Python's `str.replace`; a negative `most` means all. */
export function replaceText(run: Run, text: string, of: { old: string; by: string; most: number }): string {
  const { old, by, most } = of;
  if (most === 0) return text;
  if (old === '') return spread(run, text, { by, most });
  const parts = text.split(old);
  const times = most < 0 ? parts.length - 1 : Math.min(most, parts.length - 1);
  run.reserve(text.length + times * by.length);
  if (times === parts.length - 1) return parts.join(by);
  return [...parts.slice(0, times), parts.slice(times).join(old)].join(by);
}

/** The empty text is before every character and at the end. */
function spread(run: Run, text: string, { by, most }: { by: string; most: number }): string {
  const characters = charactersOf(text);
  const times = most < 0 ? characters.length + 1 : Math.min(most, characters.length + 1);
  run.reserveItems(characters.length);
  run.reserve(text.length + times * by.length);
  const out = characters.map((character, at) => (at < times ? by + character : character)).join('');
  return times > characters.length ? out + by : out;
}
