import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { CommandFailure } from '../../../cli/usage-error.ts';
import type { MinedLog } from '../../../features/log-sampling/miner/miner.ts';

const BLOCK = 1 << 18;
const BATCH = 8192;

/** The shape of each line, four bytes a line. */
export class Assignments {
  readonly #blocks: Uint32Array[] = [];
  #length = 0;

  add(shape: number): void {
    const place = this.#length % BLOCK;
    if (place === 0) this.#blocks.push(new Uint32Array(BLOCK));
    (this.#blocks.at(-1) as Uint32Array)[place] = shape;
    this.#length++;
  }

  /** One pattern id a line, in the order of the lines. */
  async write(path: string, mined: MinedLog): Promise<void> {
    const out = createWriteStream(path);
    const done = finished(out);
    // Reported where it is awaited; a failure in between must not be unhandled.
    done.catch(() => {});
    try {
      for (let from = 0; from < this.#length && !out.destroyed; from += BATCH) {
        const ids: string[] = [];
        for (let at = from; at < Math.min(from + BATCH, this.#length); at++) {
          const shape = this.#blocks[Math.floor(at / BLOCK)]?.[at % BLOCK] ?? 0;
          ids.push(mined.patternOfShape(shape)?.id ?? '');
        }
        if (!out.write(`${ids.join('\n')}\n`)) await Promise.race([once(out, 'drain'), done]);
      }
      out.end();
      await done;
    } catch (thrown) {
      throw new CommandFailure(`--assignments ${path} cannot be written: ${(thrown as Error).message}`);
    }
  }
}
