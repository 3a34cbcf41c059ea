import type { Clock } from '../../ports/clock.ts';

/** A timer that is later than this says that the process stood still, and nothing about who was asked. */
const STALL_MS = 20;
const MOST_EXTENSIONS = 3;

/** Rejects when the answer takes longer than the limit; time in which this process itself stood still does not count. */
export function withinTime<T>(answer: Promise<T>, of: { limitMs: number; clock: Clock }): Promise<T> {
  const { limitMs, clock } = of;
  return new Promise((resolve, reject) => {
    let dueMono = clock.monotonic() + limitMs;
    let extensions = 0;
    const look = (): void => {
      const now = clock.monotonic();
      if (now - dueMono <= STALL_MS || ++extensions > MOST_EXTENSIONS) {
        // Timers come before what has arrived: an answer that is here already is read first.
        setImmediate(() => reject(new Error(`no answer within ${limitMs} ms`)));
        return;
      }
      dueMono = now + limitMs;
      cancel = clock.after(limitMs, look);
    };
    let cancel = clock.after(limitMs, look);
    answer.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
