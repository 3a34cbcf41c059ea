import type { Part } from '../kernel/chat.ts';

type Kind = 'text' | 'reasoning';

/** Numbers the blocks of one choice for wires that stream pieces without saying where a block starts and ends. */
export class BlockTracker {
  readonly #choice: number;
  #kind: Kind | undefined;
  #next = 0;

  constructor(choice: number) {
    this.#choice = choice;
  }

  /** A piece of text or reasoning: goes on with the open block of its kind, or starts one. */
  delta(kind: Kind, text: string, parts: Part[]): void {
    if (text === '') return;
    if (this.#kind !== kind) {
      this.close(parts);
      this.#kind = kind;
      this.#next += 1;
    }
    parts.push({ type: `${kind}-delta`, choice: this.#choice, block: this.current, text });
  }

  /** Number for a block of another kind, which its user ends. */
  open(parts: Part[]): number {
    this.close(parts);
    this.#next += 1;
    return this.current;
  }

  /** Number of the newest block. */
  get current(): number {
    return this.#next - 1;
  }

  get openKind(): Kind | undefined {
    return this.#kind;
  }

  close(parts: Part[]): void {
    if (this.#kind === undefined) return;
    this.#kind = undefined;
    parts.push({ type: 'block-end', choice: this.#choice, block: this.current });
  }
}
