import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { CommandContext } from '../../../cli/command.ts';
import { CommandFailure } from '../../../cli/usage-error.ts';

const CHUNK_BYTES = 512 * 1024;

export interface OpenLog {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes of the file; undefined: it is a stream. */
  readonly size: number | undefined;
}

/** The bytes of a log file, or of standard input for `-`. */
export async function openLog(file: string, context: Pick<CommandContext, 'input'>): Promise<OpenLog> {
  if (file === '-') return { chunks: context.input(), size: undefined };
  try {
    const handle = await open(file);
    const stat = await handle.stat();
    if (stat.isDirectory())
      throw new CommandFailure(`${file} is a directory. Name one log file, or - for standard input.`);
    return {
      chunks: createReadStream(file, { fd: handle, highWaterMark: CHUNK_BYTES }),
      size: stat.isFile() ? stat.size : undefined,
    };
  } catch (thrown) {
    if (thrown instanceof CommandFailure) throw thrown;
    throw new CommandFailure(`${file} cannot be read: ${(thrown as Error).message}`);
  }
}
