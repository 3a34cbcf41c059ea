import type { Clock } from '../../ports/clock.ts';
import type { LogLine } from '../../ports/log-source.ts';
import { FileTail, type FileTailOptions } from './file-tail.ts';

export interface FollowedFiles extends Pick<FileTailOptions, 'readLine' | 'lastBytes'> {
  readonly paths: readonly string[];
  readonly clock: Clock;
  /** `at`: when they were looked for, Unix milliseconds. */
  readonly onLines: (lines: readonly LogLine[], at: number) => void;
  /** Told once when a file cannot be read, and again after it could. */
  readonly report: (path: string, error: unknown) => void;
}

const LOOK_MS = 1000;

/** Follows files until it is closed; the first look is over when the promise resolves. */
export async function followFiles(of: FollowedFiles): Promise<{ close(): Promise<void> }> {
  const { readLine, lastBytes } = of;
  let at = of.clock.now();
  const onLines = (lines: readonly LogLine[]) => of.onLines(lines, at);
  const tails = of.paths.map((path) => ({
    path,
    tail: new FileTail({ path, readLine, lastBytes, onLines }),
    isFailing: false,
  }));
  let looking: Promise<void> = Promise.resolve();
  let cancel = () => {};
  let isClosed = false;
  const look = async () => {
    at = of.clock.now();
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
