import type { Clock } from '../../ports/clock.ts';
import type { CallTokens, LimitGrant, LimitScope, LimitUse, LimitVerdict } from '../../ports/shared-state.ts';
import { MemoryLimitCounters } from './limit-counters.ts';

/** A grant and its double among those that another keeper of counters has not been told. */
interface DoubleGrant extends LimitGrant {
  readonly mirror: LimitGrant;
  readonly untold: LimitGrant | undefined;
}

/** Counts beside shared counters: all that this process granted, and apart from it what the others were not told. */
export class MemoryOwnLimits {
  readonly #mirror: MemoryLimitCounters;
  #untold: MemoryLimitCounters;
  readonly #clock: Clock;

  constructor(of: { clock: Clock; share: () => number }) {
    this.#clock = of.clock;
    this.#mirror = new MemoryLimitCounters(of);
    this.#untold = new MemoryLimitCounters({ clock: of.clock });
  }

  reserve(scopes: readonly LimitScope[], tokens: CallTokens): LimitVerdict {
    const verdict = this.#mirror.reserve(scopes, tokens);
    if (!verdict.granted) return verdict;
    const untold = this.#untold.charge(scopes, tokens.charged);
    return double(verdict, untold);
  }

  charge(scopes: readonly LimitScope[], tokens: number): LimitGrant {
    return double(this.#mirror.charge(scopes, tokens), undefined);
  }

  settle(grant: LimitGrant, tokens: number): void {
    const { mirror, untold } = grant as DoubleGrant;
    this.#mirror.settle(mirror, tokens);
    if (untold !== undefined) this.#untold.settle(untold, tokens);
  }

  read(scopes: readonly LimitScope[]): readonly LimitUse[] {
    return this.#mirror.read(scopes);
  }

  /** As it is at this moment: whoever tells it waits between one and the next, and what is granted meanwhile is told later. */
  untold(all: boolean) {
    const counters = all ? this.#mirror : this.#untold;
    this.#untold = new MemoryLimitCounters({ clock: this.#clock });
    return [...counters.entries()]
      .map(({ name, windows, at }) => {
        windows.day.advance(at.day);
        const { day, requests, tokens } = windows.day;
        const minutes = windows.minutes(at).map((entry) => ({
          ageS: at.second - entry.second,
          requests: entry.requests,
          tokens: entry.tokens,
        }));
        return { name, day, requests, tokens, minutes };
      })
      .filter(({ requests, tokens, minutes }) => requests > 0 || tokens > 0 || minutes.length > 0);
  }
}

function double(mirror: LimitGrant, untold: LimitGrant | undefined): DoubleGrant {
  const { granted, scopes, tokens, requests, tokensLeft, shadowed } = mirror;
  return { granted, scopes, tokens, requests, tokensLeft, shadowed, mirror, untold };
}
