import { findAnomalies, type PatternWindows } from '../anomalies/find-anomalies.ts';

/** One signature's part of a sampler's report. */
export interface ReportedLines {
  readonly signature: string;
  readonly lines: number;
  readonly bytes: number | undefined;
  readonly errors: number;
  /** Lines by severity, errors included. */
  readonly severities: Readonly<Record<string, number>>;
  readonly example: string | undefined;
}

/** What one signature did of late. */
export interface SignatureTraffic {
  readonly signature: string;
  readonly linesPerHour: number;
  readonly bytesPerHour: number;
  /** Since it was first reported. */
  readonly severities: ReadonlyMap<string, number>;
  readonly example: string | undefined;
}

interface Known {
  readonly lines: Uint32Array;
  readonly errors: Uint32Array;
  readonly severities: Map<string, number>;
  bytesPerLine: number;
  example: string | undefined;
}

const WINDOW_MS = 60_000;
const WINDOWS = 60;
/** Windows whose mean is the traffic of now. */
const RECENT = 3;
const MOST_SIGNATURES = 5000;
const USUAL_LINE_BYTES = 150;

/** Minutes of one service as its samplers report them, an hour of them, bounded. */
export class LiveTraffic {
  readonly #known = new Map<string, Known>();
  #minute = -1;
  #minutes = 0;

  /** True when a minute was completed by it, so that it is time to look for anomalies. */
  add(reported: readonly ReportedLines[], nowMs: number): boolean {
    const isNew = this.#moveTo(Math.floor(nowMs / WINDOW_MS));
    for (const one of reported) this.#count(one);
    return isNew;
  }

  /** Anomalies of completed minutes; `patternOf` gives what a signature is part of. */
  anomalies(patternOf: (signature: string) => string) {
    const windows = new Map<string, { lines: number[]; errors: number[] }>();
    for (const [signature, { lines, errors }] of this.#known) {
      const pattern = patternOf(signature);
      const sums = windows.get(pattern);
      if (sums === undefined) windows.set(pattern, { lines: this.#completed(lines), errors: this.#completed(errors) });
      else {
        for (const [at, count] of this.#completed(lines).entries()) sums.lines[at] = (sums.lines[at] ?? 0) + count;
        for (const [at, count] of this.#completed(errors).entries()) sums.errors[at] = (sums.errors[at] ?? 0) + count;
      }
    }
    return findAnomalies([...windows].map(([pattern, sums]): PatternWindows => ({ pattern, ...sums })));
  }

  traffic(): SignatureTraffic[] {
    return [...this.#known].map(([signature, { lines, bytesPerLine, severities, example }]) => {
      const recent = this.#completed(lines).slice(-RECENT);
      const linesPerHour =
        recent.length === 0 ? 0 : (60 * recent.reduce((sum, count) => sum + count, 0)) / recent.length;
      return { signature, linesPerHour, bytesPerHour: linesPerHour * bytesPerLine, severities, example };
    });
  }

  /** Counts of the completed minutes, oldest first. */
  #completed(counts: Uint32Array): number[] {
    const many = Math.min(this.#minutes, WINDOWS - 1);
    return Array.from({ length: many }, (_, at) => counts[this.#at(this.#minute - many + at)] ?? 0);
  }

  #at(minute: number): number {
    return ((minute % WINDOWS) + WINDOWS) % WINDOWS;
  }

  #moveTo(minute: number): boolean {
    if (minute <= this.#minute) return false;
    const steps = this.#minute === -1 ? 0 : Math.min(minute - this.#minute, WINDOWS);
    for (let step = 0; step < steps; step++) {
      for (const known of this.#known.values()) {
        known.lines[this.#at(minute - step)] = 0;
        known.errors[this.#at(minute - step)] = 0;
      }
    }
    this.#minutes += steps;
    this.#minute = minute;
    return steps > 0;
  }

  #count({ signature, lines, bytes, errors, severities, example }: ReportedLines): void {
    let known = this.#known.get(signature);
    if (known === undefined) {
      if (this.#known.size >= MOST_SIGNATURES) return;
      known = {
        ...{ lines: new Uint32Array(WINDOWS), errors: new Uint32Array(WINDOWS), severities: new Map() },
        ...{ bytesPerLine: USUAL_LINE_BYTES, example: undefined },
      };
      this.#known.set(signature, known);
    }
    const at = this.#at(this.#minute);
    known.lines[at] = (known.lines[at] ?? 0) + lines;
    known.errors[at] = (known.errors[at] ?? 0) + errors;
    known.example ??= example;
    if (bytes !== undefined && lines > 0) known.bytesPerLine = bytes / lines;
    for (const [severity, count] of Object.entries(severities)) {
      known.severities.set(severity, (known.severities.get(severity) ?? 0) + count);
    }
  }
}
