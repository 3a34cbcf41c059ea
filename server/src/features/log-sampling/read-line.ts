import { shapeOf, signatureOf } from '@weir/sampler/signature';
import { readSeverity, severityOf } from './miner/read-severity.ts';
import type { LineReader } from './miner.ts';
import type { LineSeverity } from './traffic.ts';

const MOST_REMEMBERED = 50_000;

/** Reads lines as samplers do. A line that names no severity has the one its text tells, which all lines of its signature share. */
export function lineReader(): LineReader {
  const told = new Map<number, LineSeverity | undefined>();
  return {
    signatureOf: ({ body }) => signatureOf(body),
    severityOf({ body, severity }, signature) {
      if (severity !== undefined) return severityOf(severity) ?? 'UNKNOWN';
      if (!told.has(signature)) {
        if (told.size >= MOST_REMEMBERED) told.clear();
        told.set(signature, readSeverity(shapeOf(body)));
      }
      return told.get(signature);
    },
  };
}
