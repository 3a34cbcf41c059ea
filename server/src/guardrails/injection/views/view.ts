import { normalise, type TextView } from '../../text/normalise.ts';

/** Another reading of a text: what an encoded run says, or the whole text with a disguise taken off. */
export interface DecodedView extends TextView {
  /** How it was hidden: base64, hex, escapes, spacing, leet, rot ... */
  readonly disguise: string;
  /** The run of the original that the whole view stands for, when single characters cannot be told. */
  readonly run?: { readonly start: number; readonly end: number };
}

/** What stands at `start`..`end` of the view, as offsets of the original text. */
export function originalSpan(
  view: TextView & Partial<DecodedView>,
  start: number,
  end: number,
): { start: number; end: number } {
  if (view.run !== undefined) return view.run;
  if (view.starts === undefined || view.ends === undefined) return { start, end };
  return { start: view.starts[start] ?? 0, end: view.ends[Math.max(start, end - 1)] ?? 0 };
}

/** A view of the text inside a run, normalised like any text. */
export function viewOfRun(disguise: string, decoded: string, run: { start: number; end: number }): DecodedView {
  return { text: normalise(decoded).text, disguise, run };
}

/** Collects characters with the place they came from. */
export class MappedText {
  private text = '';
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  push(characters: string, start: number, end: number): void {
    this.text += characters;
    for (let i = 0; i < characters.length; i++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  get length(): number {
    return this.text.length;
  }

  finish(disguise: string): DecodedView {
    const view = normalise(this.text);
    const starts = new Int32Array(view.text.length);
    const ends = new Int32Array(view.text.length);
    for (let i = 0; i < starts.length; i++) {
      starts[i] = this.starts[view.starts?.[i] ?? i] ?? 0;
      ends[i] = this.ends[view.starts?.[i] ?? i] ?? 0;
    }
    return { text: view.text, starts, ends, disguise };
  }
}
