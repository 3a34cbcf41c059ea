import { isDone } from '../../kernel/chat.ts';
import type { Call, CallOutput, StreamHead } from '../../ports/call.ts';
import type { CachedReply } from '../../ports/reply-cache.ts';

const FIRST_BYTES = 4096;
const NOTHING = Buffer.alloc(0);

/** Started when the client stops reading; the function given back is called when it reads again. */
export type StallTimer = () => () => void;

/**
 * Keeps what a call's client gets: the bytes that leave, after every stage that guards or repairs them. A stream is copied
 * piece by piece into one buffer, so that no network buffer is held; what grows too large is not kept at all.
 */
export class ReplyRecording implements CallOutput {
  readonly #call: Call;
  readonly #output: CallOutput;
  readonly #maxBytes: number;
  /** Findings of the request came before. */
  readonly #findingsBefore: number;
  #buffer = NOTHING;
  #length = 0;
  #tooLarge = false;
  #cancelStall: (() => void) | undefined;
  readonly #onStall: StallTimer | undefined;

  /** From here on the call writes through the recording; `stop` ends that. */
  constructor(call: Call, maxBytes: number, onStall?: StallTimer) {
    this.#call = call;
    this.#output = call.output;
    this.#maxBytes = maxBytes;
    this.#onStall = onStall;
    this.#findingsBefore = call.findings.length;
    if (call.stream) call.output = this;
  }

  startStream(call: Call, head: StreamHead): void {
    this.#output.startStream(call, head);
  }

  write(bytes: Buffer): boolean {
    this.#keep(bytes);
    const hasRoom = this.#output.write(bytes);
    if (!hasRoom) this.#cancelStall ??= this.#onStall?.();
    return hasRoom;
  }

  onDrain(resume: () => void): void {
    this.#output.onDrain(() => {
      this.#flows();
      resume();
    });
  }

  stop(): void {
    this.#flows();
    this.#call.output = this.#output;
  }

  /** The whole reply, or undefined when it is none that others may get: not finished, not valid, too large. */
  reply(): CachedReply | undefined {
    const call = this.#call;
    const answered = call.attempts.at(-1);
    if (answered === undefined || call.progress.usage === undefined || !isWhole(call)) return undefined;
    const bytes = call.stream ? this.#stream() : this.#whole();
    if (bytes === undefined || bytes.body.length > this.#maxBytes) return undefined;
    return {
      ...bytes,
      provider: answered.provider,
      model: answered.model,
      usage: call.progress.usage,
      costNanoUsd: answered.cost_nano_usd,
      dropped: [...call.dropped],
      findings: call.findings.slice(this.#findingsBefore),
      validated: call.validated,
    };
  }

  #whole(): Pick<CachedReply, 'form' | 'body' | 'tailAt' | 'contentType' | 'showsUsage'> | undefined {
    const { reply } = this.#call;
    if (reply === undefined || reply.status !== 200) return undefined;
    return { form: 'whole', body: own(reply.body), tailAt: 0, contentType: reply.contentType, showsUsage: true };
  }

  #stream(): Pick<CachedReply, 'form' | 'body' | 'tailAt' | 'contentType' | 'showsUsage'> | undefined {
    const { payload, tail } = this.#call;
    const tailAt = this.#length;
    if (tail !== undefined) this.#keep(tail);
    if (this.#tooLarge) return undefined;
    const showsUsage = payload.kind === 'chat' && payload.request.includeUsage;
    const body = own(this.#buffer.subarray(0, this.#length));
    return { form: 'stream', body, tailAt, contentType: 'text/event-stream; charset=utf-8', showsUsage };
  }

  #flows(): void {
    this.#cancelStall?.();
    this.#cancelStall = undefined;
  }

  #keep(bytes: Buffer): void {
    if (this.#tooLarge) return;
    const length = this.#length + bytes.length;
    if (length > this.#maxBytes) {
      this.#tooLarge = true;
      this.#buffer = NOTHING;
      return;
    }
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    bytes.copy(this.#buffer, this.#length);
    this.#length = length;
  }
}

/** Finished by itself and good: a reply cut at its length limit, filtered or replaced by a default answers nobody else. */
function isWhole({ cancelled, degraded, progress, validated, attempts, chatReply }: Call): boolean {
  // What a used-up budget put in the place of the model that was asked for is for this caller alone.
  if (cancelled || degraded === true || progress.partial || progress.unfinished === true) return false;
  if (chatReply?.reply.choices.every(({ finishReason }) => isDone(finishReason)) === false) return false;
  if (attempts.at(-1)?.error_code !== null) return false;
  return validated !== 'invalid' && validated !== 'default';
}

/** A copy of its own size: the bytes may be a view of a network buffer or of a pool. */
function own(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
