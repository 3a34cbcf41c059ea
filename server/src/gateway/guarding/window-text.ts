import type { Detection } from '../../ports/guardrail.ts';

/** The text is looked at whenever it has grown by this many characters, wherever its pieces were cut. */
const STEP = 256;
/** What came last stays: it may be the beginning of something. */
const HOLD = 128;
/** What left already is looked at again together with what follows. */
const CONTEXT = 256;
/** Longest wait for the end of something that may be a find, in characters. */
const MAX_HELD = 8192;
/** A find this close to the end of what is known may go on. */
const EDGE = 2;

export interface WindowLook {
  /** What must be taken out of the text, by place in it; `base` is where it begins in the whole. May throw: then nothing more leaves. */
  find(text: string, base: number): readonly Detection[];
  /** The text with placeholders. */
  redact(text: string, detections: readonly Detection[]): string;
}

interface Span {
  readonly type: string;
  readonly start: number;
  end: number;
  readonly score: number;
}

/**
 * A text that comes in pieces and leaves redacted. Where it is looked at depends only on how many characters came, never on
 * how they were cut, so the same text always leaves in the same form.
 */
export class WindowText {
  readonly #look: WindowLook;
  /** The text from `#base` on. */
  #text = '';
  #base = 0;
  #looked = 0;
  /** Everything before has left. */
  #left = 0;

  constructor(look: WindowLook) {
    this.#look = look;
  }

  /** Gives what may leave now. */
  push(piece: string): string {
    this.#text += piece;
    let out = '';
    while (this.#base + this.#text.length - this.#looked >= STEP) out += this.#lookAt(this.#looked + STEP, false);
    return out;
  }

  /** Gives the rest. */
  end(): string {
    const end = this.#base + this.#text.length;
    return end === this.#left ? '' : this.#lookAt(end, true);
  }

  #lookAt(known: number, isLast: boolean): string {
    this.#looked = known;
    const window = this.#text.slice(0, known - this.#base);
    const spans = merged(this.#look.find(window, this.#base), this.#base);
    const limit = isLast ? known : this.#limit(window, spans, known);
    const out = this.#leave(spans, limit);
    const open = spans.find(({ end }) => end > this.#left)?.start ?? this.#left;
    this.#forget(Math.min(this.#left, Math.max(Math.min(this.#left - CONTEXT, open), known - MAX_HELD)));
    return out;
  }

  /** How far the text may leave: not into a find that may go on, not into a word that may become one. */
  #limit(window: string, spans: readonly Span[], known: number): number {
    let limit = this.#wordStart(window, known);
    for (const { start, end } of spans) {
      if (end <= this.#left || start >= limit || end <= limit) continue;
      const mayGoOn = end > known - EDGE && known - start < MAX_HELD;
      limit = mayGoOn ? Math.max(start, this.#left) : end;
    }
    return Math.max(limit, this.#left);
  }

  #wordStart(window: string, known: number): number {
    const least = Math.max(this.#left, known - MAX_HELD) - this.#base;
    let at = Math.max(known - HOLD - this.#base, least);
    while (at > least && isInsideWord(window, at)) at--;
    // Long words leave before they end.
    const isEndless = at === least && known - this.#left >= MAX_HELD;
    return (isEndless ? betweenCharacters(window, window.length - HOLD) : at) + this.#base;
  }

  #leave(spans: readonly Span[], limit: number): string {
    let from = this.#left;
    const inside: Span[] = [];
    for (const span of spans) {
      if (span.end <= from || span.start >= limit) continue;
      // The placeholder of a find that began earlier has left with its beginning.
      if (span.start < from) from = Math.min(span.end, limit);
      else inside.push(span);
    }
    const text = this.#text.slice(from - this.#base, limit - this.#base);
    const shifted = inside.map((span) => ({
      ...span,
      start: span.start - from,
      end: Math.min(span.end, limit) - from,
    }));
    this.#left = Math.max(limit, from);
    return this.#look.redact(text, shifted);
  }

  #forget(before: number): void {
    if (before <= this.#base) return;
    this.#text = this.#text.slice(before - this.#base);
    this.#base = before;
  }
}

/** Overlapping finds as one, with places in the whole text. */
function merged(detections: readonly Detection[], base: number): Span[] {
  const spans: Span[] = [];
  const ordered = [...detections].sort((left, right) => left.start - right.start || right.end - left.end);
  for (const { type, start, end, score } of ordered) {
    const last = spans.at(-1);
    if (end <= start) continue;
    if (last !== undefined && start + base < last.end) last.end = Math.max(last.end, end + base);
    else spans.push({ type, start: start + base, end: end + base, score });
  }
  return spans;
}

function betweenCharacters(text: string, at: number): number {
  return isInsidePair(text, at) ? at - 1 : at;
}

function isInsidePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before < 0xdc00;
}

/** Between two characters of one word of ASCII, or inside of a surrogate pair. */
function isInsideWord(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  if (isInsidePair(text, at)) return true;
  return before > 0x20 && before < 0x7f && after > 0x20 && after < 0x7f;
}
