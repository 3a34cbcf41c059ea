/**
 * A byte-pair encoder needs quadratic time for one unbroken run, so runs are cut. No word of any language comes near this
 * length; a text that was cut may count a token more or less per cut.
 */
export const MAX_RUN_CHARACTERS = 256;

/** What the encoders treat as one piece: letters with their marks, white space, everything that is neither nor a digit. */
const RUNS = [/[\p{L}\p{M}]+|\s+/gu, /[^\s\p{L}\p{N}]+/gu];

/** The text in pieces without long runs; one piece when nothing had to be cut. */
export function splitRuns(text: string): string[] {
  if (text.length <= MAX_RUN_CHARACTERS) return [text];
  const cuts = new Set<number>();
  for (const runs of RUNS) {
    for (const { 0: run, index } of text.matchAll(runs)) {
      for (let at = MAX_RUN_CHARACTERS; at < run.length; at += MAX_RUN_CHARACTERS) cuts.add(boundary(text, index + at));
    }
  }
  if (cuts.size === 0) return [text];
  const pieces: string[] = [];
  let from = 0;
  for (const cut of [...cuts].toSorted((left, right) => left - right)) {
    pieces.push(text.slice(from, cut));
    from = cut;
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** Never between the halves of a surrogate pair. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
