import { charactersOf } from '../values/code-points.ts';
import type { Run } from '../values/run.ts';

/** Python's `str.replace`; a negative `most` means all. */
export function replaceText(run: Run, text: string, of: { old: string; by: string; most: number }): string {
  const { old, by, most } = of;
  if (most === 0) return text;
  if (old === '') return spread(run, text, { by, most });
  const places = placesOf(run, text, { old, most });
  run.reserve(text.length + places.length * by.length);
  let out = '';
  let from = 0;
  for (const place of places) {
    out += text.slice(from, place) + by;
    from = place + old.length;
  }
  return out + text.slice(from);
}

/** Where the text stands, at most so often; each costs a step. */
function placesOf(run: Run, text: string, { old, most }: { old: string; most: number }): readonly number[] {
  const places: number[] = [];
  run.read(text.length);
  for (let at = text.indexOf(old); at !== -1 && places.length !== most; at = text.indexOf(old, at + old.length)) {
    run.spend(1);
    places.push(at);
  }
  return places;
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
