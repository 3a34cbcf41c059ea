import { WeirError } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CachedReply, RenderReply, ReplyCache, ReplyKey } from '../../ports/reply-cache.ts';
import type { CacheEvent } from '../caching/cache-event.ts';
import { type Flight, type Flights, follow, type Landing } from '../caching/flights.ts';
import { ReplyRecording } from '../caching/reply-recording.ts';
import type { Stage } from '../stage.ts';

/** What a call wants of the cache. */
export interface CachePlan {
  readonly key: ReplyKey;
  /** use: read and write · refresh: write only. */
  readonly mode: 'use' | 'refresh';
  readonly ttlMs: number;
  /** Larger replies are not kept, in bytes. */
  readonly maxReplyBytes: number;
  /** Of calls that want the semantic cache too; undefined: exact only. */
  readonly semantic: SemanticPlan | undefined;
}

/** Looks for the reply to a request that means the same. Never rejects. */
export interface SemanticPlan {
  find(call: Call): Promise<CachedReply | undefined>;
  /** Keeps the reply under the meaning that `find` looked for. */
  keep(reply: CachedReply): void;
}

export interface CacheServices {
  /** Undefined: this call has nothing to do with the cache, and nothing was computed for it. Throws `request.invalid`. */
  readonly plan: (call: Call) => CachePlan | undefined;
  readonly replies: ReplyCache;
  readonly render: RenderReply;
  readonly flights: Flights;
  readonly clock: Clock;
  readonly count: (event: CacheEvent, call: Call) => void;
}

/**
 * Answers from earlier replies to the same request, and lets identical calls that run now share one upstream call. What is
 * kept are the bytes that left: guarded and valid. A hit makes no attempt, so it touches no budget.
 */
export function cache(services: CacheServices): Stage {
  return {
    name: 'cache',
    around(call, next) {
      const plan = services.plan(call);
      return plan === undefined ? next() : new CachedCall(call, plan, { services, next }).run();
    },
  };
}

/** How long a client may leave its stream unread before those who follow go on their own. */
const STALL_MS = 1000;

class CachedCall {
  readonly #call: Call;
  readonly #plan: CachePlan;
  readonly #services: CacheServices;
  readonly #next: () => Promise<void>;
  readonly #name: string;

  constructor(call: Call, plan: CachePlan, of: { services: CacheServices; next: () => Promise<void> }) {
    this.#call = call;
    this.#plan = plan;
    this.#services = of.services;
    this.#next = of.next;
    this.#name = `${plan.key.projectId}:${plan.key.hash}`;
  }

  async run(): Promise<void> {
    const { mode } = this.#plan;
    const { replies } = this.#services;
    // A cache that is down is passed by, and the header says so.
    const isUp = replies.isUp();
    if (isUp) this.#call.cache = 'miss';
    if (isUp && mode === 'use' && (await this.#answered(replies.get(this.#plan.key), 'hit'))) return;
    for (;;) {
      const ahead = mode === 'use' ? this.#services.flights.get(this.#name) : undefined;
      if (ahead === undefined) return this.#lead(this.#services.flights.lead(this.#name));
      const landing = await follow(this.#call, ahead, this.#services.clock);
      if (typeof landing === 'object' && this.#replay(landing, 'hit')) {
        this.#services.count('coalesced', this.#call);
        return;
      }
      // Who led had no reply for us: the first to come here leads, the others go on their own.
      if (landing !== 'abandoned') return this.#lead(this.#services.flights.lead(this.#name));
    }
  }

  /** The reply that the call was answered with; undefined when there was none. Waits only where the cache has to. */
  async #answered(found: ReturnType<ReplyCache['get']>, how: 'hit' | 'semantic'): Promise<CachedReply | undefined> {
    const reply = found instanceof Promise ? await found : found;
    if (this.#call.cancelled) throw new WeirError('call.cancelled');
    return reply !== undefined && this.#replay(reply, how) ? reply : undefined;
  }

  async #lead(flight: Flight | undefined): Promise<void> {
    let landing: Landing = 'failed';
    try {
      const found = this.#plan.mode === 'use' ? this.#plan.semantic?.find(this.#call) : undefined;
      const similar = found === undefined ? undefined : await this.#answered(found, 'semantic');
      landing = similar ?? (await this.#callUpstream(flight)) ?? 'failed';
    } catch (thrown) {
      if (this.#call.cancelled) landing = 'abandoned';
      throw thrown;
    } finally {
      if (flight !== undefined) this.#services.flights.land(flight, landing);
    }
  }

  async #callUpstream(flight: Flight | undefined): Promise<CachedReply | undefined> {
    const call = this.#call;
    this.#services.count('miss', call);
    const { clock, flights } = this.#services;
    // Nobody waits for a leader whose client does not read.
    const onStall = () => clock.after(STALL_MS, () => flight !== undefined && flights.land(flight, 'failed'));
    const recording = new ReplyRecording(call, this.#plan.maxReplyBytes, onStall);
    try {
      await this.#next();
    } finally {
      recording.stop();
    }
    const reply = recording.reply();
    if (reply === undefined) return undefined;
    this.#services.replies.put(this.#plan.key, reply, this.#plan.ttlMs);
    this.#plan.semantic?.keep(reply);
    this.#services.count('stored', call);
    return reply;
  }

  /** False when the reply cannot be given in the form that this call wants: then it is a miss. */
  #replay(reply: CachedReply, how: 'hit' | 'semantic'): boolean {
    const call = this.#call;
    const before = call.replayed;
    call.replayed = { provider: reply.provider, model: reply.model, usage: reply.usage };
    const rendered = this.#services.render(call, reply);
    if (rendered === undefined) {
      call.replayed = before;
      return false;
    }
    call.cache = how;
    call.savedNanoUsd = reply.costNanoUsd;
    call.validated = reply.validated;
    call.dropped.push(...reply.dropped);
    call.findings.push(...reply.findings);
    call.firstPartMono = this.#services.clock.monotonic();
    this.#services.count(how, call);
    const { body, tailAt, contentType } = rendered;
    if (!call.stream) {
      call.reply = { status: 200, contentType, body };
      return true;
    }
    call.committed = true;
    call.output.startStream(call, { contentType: undefined });
    if (tailAt > 0) call.output.write(body.subarray(0, tailAt));
    call.tail = body.subarray(tailAt);
    return true;
  }
}
