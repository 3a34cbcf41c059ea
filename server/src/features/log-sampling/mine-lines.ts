import { formatSignature } from '@weir/sampler/signature';
import { randomHex } from '../../kernel/ids.ts';
import type { LogLine } from '../../ports/log-source.ts';
import type { MinedPattern } from './miner/pattern.ts';
import type { LogMiner } from './miner.ts';
import type { LogPattern } from './pattern.ts';

/** Counts lines by name, wherever it does that. */
export interface LineCounter {
  add(name: string, lines: readonly LogLine[]): Promise<void>;
  mine(name: string): Promise<readonly MinedPattern[]>;
  forget(name: string): Promise<void>;
}

/** A miner that counts each set of lines under a name of its own, and forgets it. */
export function mineLines(counter: LineCounter): LogMiner {
  return {
    async mine(lines) {
      const name = randomHex(8);
      try {
        for await (const batch of lines) await counter.add(name, batch);
        return (await counter.mine(name)).map(toLogPattern);
      } finally {
        // A counter that stopped has forgotten everything.
        await counter.forget(name).catch(() => {});
      }
    },
  };
}

export function toLogPattern(mined: MinedPattern): LogPattern {
  const { UNKNOWN: _, ...severities } = mined.severities;
  const { id, template, lines, bytes, examples, cluster } = mined;
  return {
    ...{ id, template, lines, bytes, severities, examples, cluster },
    signatures: mined.signatures.map(formatSignature),
    first_seen: mined.firstSeen,
    last_seen: mined.lastSeen,
  };
}
