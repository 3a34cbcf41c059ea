import { signatureOf } from '@weir/sampler/signature';
import type { CommandContext } from '../../../cli/command.ts';
import { progressBar } from '../../../cli/progress.ts';
import { leadingTime } from '../../../features/log-sampling/lines/leading-time.ts';
import { readLines } from '../../../features/log-sampling/lines/read-lines.ts';
import { readLogLine } from '../../../features/log-sampling/lines/read-log-line.ts';
import { type MinedLog, Miner } from '../../../features/log-sampling/miner/miner.ts';
import type { LogLine } from '../../../ports/log-source.ts';
import { openLog } from './open-log.ts';

/** How often the bar moves, in lines. */
const BAR_LINES = 20_000;

export interface MinedFile extends MinedLog {
  readonly lines: number;
}

/** Reads a log once and mines it; `each` is told the number of every line's shape, in order, and the line's signature. */
export async function mineLog(
  file: string,
  context: Pick<CommandContext, 'input' | 'status'>,
  each: (shape: number, of: { line: LogLine; signature: number }) => void,
): Promise<MinedFile> {
  const { chunks, size } = await openLog(file, context);
  const bar = progressBar(context, size ?? 0, `reading ${file === '-' ? 'standard input' : file}`);
  const miner = new Miner();
  let read = 0;
  try {
    await readLines(chunks, (text, bytes) => {
      const line = timed(readLogLine(text, bytes), text);
      const signature = signatureOf(line.body);
      each(miner.add(line, signature), { line, signature });
      read += bytes + 1;
      if (miner.lines % BAR_LINES === 0 && size !== undefined)
        bar.advance(read, `${miner.lines.toLocaleString('en')} lines`);
    });
    if (size !== undefined) bar.advance(size, `${miner.lines.toLocaleString('en')} lines, merging`);
    return { ...miner.mine(), lines: miner.lines };
  } finally {
    bar.end();
  }
}

/** A plain line is of the time that it begins with. */
function timed(line: LogLine, text: string): LogLine {
  const time = line.time === undefined ? leadingTime(text) : undefined;
  return time === undefined ? line : { ...line, time };
}
