import type { Part } from '../../kernel/chat.ts';
import { asArray, asObject, asString, type JsonObject } from '../../kernel/json.ts';
import { BlockTracker } from '../block-tracker.ts';
import { decodeFinishReason } from './finish-reason.ts';

/** Reads what arrives of one candidate, whole or in pieces. */
export class CandidateDecoder {
  readonly #choice: number;
  readonly #blocks: BlockTracker;
  #calls = 0;
  finished = false;

  constructor(choice: number) {
    this.#choice = choice;
    this.#blocks = new BlockTracker(choice);
  }

  decode(candidate: JsonObject, replyId: string, parts: Part[]): void {
    for (const part of asArray(asObject(candidate.content)?.parts) ?? []) {
      const piece = asObject(part);
      if (piece !== undefined) this.#piece(piece, replyId, parts);
    }
    const reason = asString(candidate.finishReason);
    if (reason !== undefined && reason !== 'FINISH_REASON_UNSPECIFIED') this.finish(reason, parts);
  }

  finish(reason: string, parts: Part[]): void {
    if (this.finished) return;
    this.finished = true;
    this.#blocks.close(parts);
    parts.push({ type: 'finish', choice: this.#choice, reason: decodeFinishReason(reason, this.#calls > 0) });
  }

  #piece(piece: JsonObject, replyId: string, parts: Part[]): void {
    const call = asObject(piece.functionCall);
    if (call !== undefined) return this.#call(call, { replyId, signature: asString(piece.thoughtSignature) }, parts);
    const text = asString(piece.text);
    if (text === undefined) return this.#opaque(piece, parts);
    if (piece.thought !== true) return this.#blocks.delta('text', text, parts);
    this.#blocks.delta('reasoning', text, parts);
    const signature = asString(piece.thoughtSignature);
    if (signature === undefined || this.#blocks.openKind !== 'reasoning') return;
    const block = this.#blocks.current;
    parts.push({ type: 'reasoning-end', choice: this.#choice, block, signature, wire: 'gemini-generate' });
    this.#blocks.close(parts);
  }

  #call(call: JsonObject, of: { replyId: string; signature: string | undefined }, parts: Part[]): void {
    const choice = this.#choice;
    const block = this.#blocks.open(parts);
    // Older models give calls no id; clients need one that is unique in the conversation.
    const id = asString(call.id) ?? `call_${of.replyId}_${choice}_${this.#calls}`;
    this.#calls += 1;
    const name = asString(call.name) ?? '';
    const proof = of.signature === undefined ? {} : { signature: of.signature };
    parts.push(
      { type: 'tool-call-start', choice, block, id, name, ...proof },
      { type: 'tool-call-delta', choice, block, argumentsText: JSON.stringify(asObject(call.args) ?? {}) },
      { type: 'block-end', choice, block },
    );
  }

  /** Pictures, code and its results; an empty part that only holds a signature is nothing. */
  #opaque(piece: JsonObject, parts: Part[]): void {
    const name = Object.keys(piece).find((key) => key !== 'thoughtSignature' && key !== 'thought');
    if (name === undefined) return;
    this.#blocks.close(parts);
    const content = { type: 'opaque', wire: 'gemini-generate', name, value: piece } as const;
    parts.push({ type: 'opaque', choice: this.#choice, content });
  }
}
