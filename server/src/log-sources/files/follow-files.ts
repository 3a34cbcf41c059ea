import type { Clock } from '../../ports/clock.ts';
import { FileTail, type FileTailOptions } from './file-tail.ts';

export interface FollowedFiles extends Omit<FileTailOptions, 'path'> {
  readonly paths: readonly string[];
  readonly clock: Clock;
  /** Told once when a file cannot be read, and again after it could. */
  readonly report: (path: string, error: unknown) => void;
}

const LOOK_MS = 1000;

/** Follows files until it is closed; the first look is over when the promise resolves. */
export async function followFiles(of: FollowedFiles): Promise<{ close(): Promise<void> }> {
  const tails = of.paths.map((path) => ({ path, tail: new FileTail({ ...of, path }), isFailing: false }));
  let looking: Promise<void> = Promise.resolve();
  let cancel = () => {};
  let isClosed = false;
  const look = async () => {
    for (const one of tails) {
      try {
        await one.tail.look();
        one.isFailing = false;
      } catch (error) {
        if (!one.isFailing) of.report(one.path, error);
        one.isFailing = true;
      }
    }
    if (isClosed) return;
    cancel = of.clock.after(LOOK_MS, () => {
      looking = look();
    });
  };
  await look();
  return {
    async close() {
      isClosed = true;
      cancel();
      await looking;
      for (const { tail } of tails) await tail.close();
    },
  };
}
