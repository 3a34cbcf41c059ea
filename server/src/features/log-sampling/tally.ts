import { formatSignature } from '@weir/sampler/signature';
import type { LogLine } from '../../ports/log-source.ts';
import type { PatternWindows } from './anomalies/find-anomalies.ts';
import type { LineReader } from './miner.ts';
import type { LogPattern } from './pattern.ts';
import { fixedTimeline, GrowingTimeline, type Timeline } from './timeline.ts';
import { isProtected, type LineSeverity, type TrafficGroup } from './traffic.ts';

/** Lines of one signature and severity, and when they were. */
interface Count {
  readonly signature: string;
  readonly severity: LineSeverity | undefined;
  lines: number;
  bytes: number;
  /** Lines by window. */
  windows: Uint32Array;
}

/** Counts the lines of a period by what policies tell apart, and by window for what is unusual. */
export class LineTally {
  readonly #counts: Count[] = [];
  /** By signature, then by severity. */
  readonly #bySignature = new Map<number, Map<LineSeverity | undefined, Count>>();
  readonly #reader: LineReader;
  readonly #timeline: Timeline;

  /** The period in Unix milliseconds, divided into so many windows; without one, windows that fit the times of the lines. */
  constructor(reader: LineReader, of: { from: number; to: number; windows: number } | { mostWindows: number }) {
    this.#reader = reader;
    this.#timeline =
      'from' in of
        ? fixedTimeline(of)
        : new GrowingTimeline({ most: of.mostWindows, regroup: (to) => this.#regroup(to) });
  }

  /** The same lines, counted as they pass. */
  async *passing(lines: AsyncIterable<readonly LogLine[]>): AsyncGenerator<readonly LogLine[]> {
    for await (const batch of lines) {
      for (const line of batch) this.add(line);
      yield batch;
    }
  }

  /** Signatures that no pattern has stand for themselves. */
  groups(patterns: readonly LogPattern[]): TrafficGroup[] {
    const patternOf = bySignature(patterns);
    return this.#counts.map(({ signature, severity, lines, bytes }) => ({
      ...{ pattern: patternOf.get(signature) ?? signature, signature, severity, lines, bytes },
    }));
  }

  /** What each pattern did, window by window. */
  windows(patterns: readonly LogPattern[]): PatternWindows[] {
    const patternOf = bySignature(patterns);
    const all = new Map<string, { lines: number[]; errors: number[] }>();
    for (const { signature, severity, windows } of this.#counts) {
      const pattern = patternOf.get(signature) ?? signature;
      const sums = all.get(pattern) ?? { lines: this.#zeros(), errors: this.#zeros() };
      for (const [at, lines] of windows.subarray(this.#timeline.first, this.#timeline.end).entries()) {
        sums.lines[at] = (sums.lines[at] ?? 0) + lines;
        if (isProtected(severity)) sums.errors[at] = (sums.errors[at] ?? 0) + lines;
      }
      all.set(pattern, sums);
    }
    return [...all].map(([pattern, sums]) => ({ pattern, ...sums }));
  }

  /** Counts a line, whose signature may be known already. */
  add(line: LogLine, signature = this.#reader.signatureOf(line)): void {
    const severity = this.#reader.severityOf(line, signature);
    const count = this.#bySignature.get(signature)?.get(severity) ?? this.#meet(signature, severity);
    count.lines++;
    count.bytes += line.bytes;
    if (line.time === undefined) return;
    const window = this.#timeline.windowOf(line.time);
    if (window >= 0) count.windows[window] = (count.windows[window] ?? 0) + 1;
  }

  #meet(signature: number, severity: LineSeverity | undefined): Count {
    const count = {
      ...{ signature: formatSignature(signature), severity, lines: 0, bytes: 0 },
      windows: new Uint32Array(this.#timeline.size),
    };
    this.#counts.push(count);
    const bySeverity = this.#bySignature.get(signature) ?? new Map<LineSeverity | undefined, Count>();
    this.#bySignature.set(signature, bySeverity.set(severity, count));
    return count;
  }

  #regroup(to: (at: number) => number): void {
    for (const count of this.#counts) {
      const moved = new Uint32Array(this.#timeline.size);
      for (const [at, lines] of count.windows.entries()) if (lines > 0) moved[to(at)] = (moved[to(at)] ?? 0) + lines;
      count.windows = moved;
    }
  }

  #zeros(): number[] {
    return Array.from({ length: this.#timeline.end - this.#timeline.first }, () => 0);
  }
}

function bySignature(patterns: readonly LogPattern[]): Map<string, string> {
  return new Map(patterns.flatMap(({ id, signatures }) => signatures.map((signature) => [signature, id])));
}
