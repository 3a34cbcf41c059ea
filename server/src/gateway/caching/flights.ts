import { WeirError } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CachedReply } from '../../ports/reply-cache.ts';

/** How the leading call ended: with a reply for all, without one, or because its own client left. */
export type Landing = CachedReply | 'failed' | 'abandoned';

interface Follower {
  land(landing: Landing): void;
}

/** A call on its way to an upstream, and the identical calls that wait for its reply. */
export class Flight {
  readonly name: string;
  /** Bounded by the calls in flight; each takes itself out when its client leaves. */
  readonly followers = new Set<Follower>();

  constructor(name: string) {
    this.name = name;
  }
}

/** Beyond this many different calls in flight the others are not coalesced. */
const MOST_FLIGHTS = 10_000;

/** Identical calls that run at the same time in this process make one upstream call. Knows names, never calls. */
export class Flights {
  readonly #byName = new Map<string, Flight>();

  get(name: string): Flight | undefined {
    return this.#byName.get(name);
  }

  /** Undefined when another leads already, or too many do. */
  lead(name: string): Flight | undefined {
    if (this.#byName.has(name) || this.#byName.size >= MOST_FLIGHTS) return undefined;
    const flight = new Flight(name);
    this.#byName.set(name, flight);
    return flight;
  }

  /** Ends the flight, once: whoever follows goes on. */
  land(flight: Flight, landing: Landing): void {
    if (this.#byName.get(flight.name) === flight) this.#byName.delete(flight.name);
    for (const follower of flight.followers) follower.land(landing);
    flight.followers.clear();
  }
}

/** Waits for the leader, but not longer than this call may take, nor for a client that left. */
export function follow(call: Call, flight: Flight, clock: Clock): Promise<Landing> {
  const from = clock.monotonic();
  const leftMs = call.limits.totalMs - (from - call.startedMono);
  return new Promise((resolve, reject) => {
    const leave = () => {
      flight.followers.delete(follower);
      cancelTimer();
      call.running = undefined;
      call.waitedMs += clock.monotonic() - from;
    };
    const follower: Follower = {
      land(landing) {
        leave();
        resolve(landing);
      },
    };
    const fail = (error: WeirError) => {
      leave();
      reject(error);
    };
    const cancelTimer = clock.after(Math.max(0, leftMs), () =>
      fail(new WeirError('upstream.timeout', { details: { phase: 'total', limit_ms: call.limits.totalMs } })),
    );
    call.running = { abort: fail };
    flight.followers.add(follower);
  });
}
