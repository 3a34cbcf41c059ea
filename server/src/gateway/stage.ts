import type { Part } from '../kernel/chat.ts';
import type { Call, Outcome } from '../ports/call.ts';
import type { SkimmedText } from '../ports/protocol.ts';

export type Emit = (part: Part) => void;

/**
 * One step of the pipeline. A stage never wraps a stream: parts are pushed through plain functions, one in, none or more
 * out, so a stream costs no promise per part.
 */
export interface Stage {
  readonly name: string;
  /** May answer early, change the call, or run `next` several times; `next` resolves when the attempt's reply is complete. */
  around?(call: Call, next: () => Promise<void>): Promise<void>;
  /** Per streamed part, synchronous. Emitting the same object keeps the upstream's bytes. */
  part?(call: Call, part: Part, emit: Emit): void;
  /**
   * True: nothing of this call's stream concerns the stage, and `part` and `flush` are not called for it. Asked once, before
   * the first part.
   */
  ignoresParts?(call: Call): boolean;
  /**
   * An event that is nothing but text and passes undecoded, as its bytes. They are the caller's again afterwards. Where a
   * stage has `part` and not this, every event is decoded.
   */
  skimmed?(call: Call, bytes: Buffer, text: SkimmedText): void;
  /** True: every part of this call's stream must be decoded for the stage, although it has `skimmed`. Asked once, before the first part. */
  needsParts?(call: Call): boolean;
  /** At the end of a stream, before its terminator: what was held. */
  flush?(call: Call, emit: Emit): void;
  /** Once per call, however it ended, before the last byte leaves. May wait (durable records). */
  settle?(call: Call, outcome: Outcome): void | Promise<void>;
}
