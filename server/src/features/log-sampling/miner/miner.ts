import type { LogSeverity } from '@weir/contract';
import { shapeOf, signatureOf } from '@weir/sampler/signature';
import type { LogLine } from '../../../ports/log-source.ts';
import { clusterByWording } from './alike-patterns.ts';
import { clusterShapes, type PatternGroup } from './cluster-shapes.ts';
import { MAX_EXAMPLE, maskExample } from './mask-example.ts';
import { type MinedPattern, patternId, type SeverityCounts, templateOf } from './pattern.ts';
import { readSeverity, severityOf } from './read-severity.ts';
import { VARIABLE_TEXT, Vocabulary } from './vocabulary.ts';

export interface MinerOptions {
  /** Shapes that are remembered; of more, those not seen for longest are folded into their patterns. Default 20,000. */
  readonly maxShapes?: number;
  /** Examples kept of each pattern. Default 3. */
  readonly maxExamples?: number;
}

const SEVERITIES = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'UNKNOWN'] as const;
const UNKNOWN = SEVERITIES.length - 1;
/** Part of the remembered shapes that is folded when there are too many. */
const FOLDED_SHARE = 0.25;

/** A shape and what was counted of its lines. */
interface Shape {
  readonly number: number;
  /** undefined: stands for shapes that were folded into their pattern. */
  readonly signature: number | undefined;
  readonly text: string;
  lines: number;
  bytes: number;
  /** Lines whose severity the source names, by index into SEVERITIES. */
  readonly severities: number[];
  /** Lines whose severity only their text can tell. */
  unnamed: number;
  firstSeen: number | undefined;
  lastSeen: number | undefined;
  /** The line that was the newest when this one was last met. */
  touched: number;
  readonly examples: string[];
}

/**
 * Lines in, patterns out. A line costs its signature and a look-up; shapes are merged into patterns when somebody asks for them.
 * Remembers a bounded number of shapes: counts of those it forgets stay with their patterns.
 */
export class Miner {
  readonly #maxShapes: number;
  readonly #maxExamples: number;
  readonly #bySignature = new Map<number, Shape>();
  /** What folded shapes leave behind, by the text of their pattern. */
  readonly #folded = new Map<string, Shape>();
  /** By the number of a shape: the shape it was folded into. */
  readonly #homes = new Map<number, number>();
  #nextNumber = 0;
  #lines = 0;

  constructor(options: MinerOptions = {}) {
    this.#maxShapes = options.maxShapes ?? 20_000;
    this.#maxExamples = options.maxExamples ?? 3;
  }

  /** Lines added so far. */
  get lines(): number {
    return this.#lines;
  }

  /** Shapes remembered. */
  get shapes(): number {
    return this.#bySignature.size + this.#folded.size;
  }

  /** Counts a line, whose signature may be known already; returns the number of its shape, which `MinedLog.patternOfShape` knows. */
  add(line: LogLine, signature = signatureOf(line.body)): number {
    const shape = this.#bySignature.get(signature) ?? this.#meet(signature, line.body);
    this.#lines++;
    shape.touched = this.#lines;
    shape.lines++;
    shape.bytes += line.bytes;
    if (line.severity === undefined) shape.unnamed++;
    else {
      const severity = indexOf(severityOf(line.severity));
      shape.severities[severity] = (shape.severities[severity] as number) + 1;
    }
    const { time } = line;
    if (time !== undefined) {
      if (shape.firstSeen === undefined || time < shape.firstSeen) shape.firstSeen = time;
      if (shape.lastSeen === undefined || time > shape.lastSeen) shape.lastSeen = time;
    }
    return shape.number;
  }

  /** The patterns of everything added so far, the most frequent first. */
  mine(): MinedLog {
    const shapes = [...this.#bySignature.values(), ...this.#folded.values()];
    const { vocabulary, groups } = cluster(shapes);
    const rows = groups
      .map((group) => ({ group, text: vocabulary.textOf(group.tokens) }))
      .sort((one, other) => other.group.lines - one.group.lines || (one.text < other.text ? -1 : 1));
    const clusters = clusterByWording(rows.map(({ text }) => text));
    const patternOfShape = new Map<number, number>();
    const patterns = rows.map(({ group, text }, pattern): MinedPattern => {
      const members = group.members.map((member) => shapes[member] as Shape);
      for (const { number } of members) patternOfShape.set(number, pattern);
      return {
        id: patternId(text),
        template: templateOf(vocabulary.textOf(group.header) + text),
        cluster: clusters[pattern] ?? 0,
        ...this.#countsOf(members),
      };
    });
    return {
      patterns,
      patternOfShape: (number) => {
        let home = number;
        for (let next = this.#homes.get(home); next !== undefined; next = this.#homes.get(home)) home = next;
        return patterns[patternOfShape.get(home) ?? -1];
      },
    };
  }

  #countsOf(members: readonly Shape[]): Omit<MinedPattern, 'id' | 'template' | 'cluster'> {
    const byLines = [...members].sort((one, other) => other.lines - one.lines || (one.text < other.text ? -1 : 1));
    return {
      signatures: members
        .flatMap(({ signature }) => (signature === undefined ? [] : [signature]))
        .sort((one, other) => one - other),
      lines: sum(members.map(({ lines }) => lines)),
      bytes: sum(members.map(({ bytes }) => bytes)),
      severities: namedCounts(members),
      firstSeen: extreme(
        members.map(({ firstSeen }) => firstSeen),
        Math.min,
      ),
      lastSeen: extreme(
        members.map(({ lastSeen }) => lastSeen),
        Math.max,
      ),
      examples: [
        ...new Set(
          byLines
            .flatMap(({ examples }) => examples)
            .slice(0, this.#maxExamples)
            .map(maskExample),
        ),
      ],
    };
  }

  #meet(signature: number, body: string): Shape {
    if (this.#bySignature.size + this.#folded.size >= this.#maxShapes) this.#fold();
    const shape = this.#newShape(signature, shapeOf(body));
    shape.examples.push(ownCopy(body.slice(0, MAX_EXAMPLE)));
    this.#bySignature.set(signature, shape);
    return shape;
  }

  #newShape(signature: number | undefined, text: string): Shape {
    return {
      number: this.#nextNumber++,
      signature,
      text,
      lines: 0,
      bytes: 0,
      severities: [0, 0, 0, 0, 0, 0],
      unnamed: 0,
      firstSeen: undefined,
      lastSeen: undefined,
      touched: this.#lines,
      examples: [],
    };
  }

  /** Shapes not seen for longest give what they counted to their patterns and are forgotten. */
  #fold(): void {
    const shapes = [...this.#bySignature.values(), ...this.#folded.values()];
    const { vocabulary, groups } = cluster(shapes);
    const oldest = [...shapes].sort((one, other) => one.touched - other.touched);
    const leaving = new Set(oldest.slice(0, Math.ceil(this.#maxShapes * FOLDED_SHARE)));
    this.#folded.clear();
    for (const shape of leaving) if (shape.signature !== undefined) this.#bySignature.delete(shape.signature);
    for (const group of groups) {
      const text = vocabulary.textOf(group.header) + vocabulary.textOf(group.tokens);
      for (const member of group.members) {
        const shape = shapes[member] as Shape;
        if (shape.signature === undefined || leaving.has(shape)) this.#foldInto(text, shape);
      }
    }
    // More patterns than may be remembered: the oldest are counted together.
    for (const shape of [...this.#folded.values()].sort((one, other) => one.touched - other.touched)) {
      if (this.#bySignature.size + this.#folded.size <= this.#maxShapes * (1 - FOLDED_SHARE / 2)) break;
      this.#folded.delete(shape.text);
      this.#foldInto(VARIABLE_TEXT, shape);
    }
  }

  #foldInto(text: string, shape: Shape): void {
    let home = this.#folded.get(text);
    if (home === undefined) {
      home = this.#newShape(undefined, text);
      home.touched = shape.touched;
      this.#folded.set(text, home);
    }
    this.#homes.set(shape.number, home.number);
    home.lines += shape.lines;
    home.bytes += shape.bytes;
    severitiesOf(shape).forEach((count, severity) => {
      home.severities[severity] = (home.severities[severity] as number) + count;
    });
    home.firstSeen = extreme([home.firstSeen, shape.firstSeen], Math.min);
    home.lastSeen = extreme([home.lastSeen, shape.lastSeen], Math.max);
    home.touched = Math.max(home.touched, shape.touched);
    for (const example of shape.examples) if (home.examples.length < this.#maxExamples) home.examples.push(example);
  }
}

/** The patterns of a moment. */
export interface MinedLog {
  readonly patterns: readonly MinedPattern[];
  /** By what `Miner.add` returned. */
  patternOfShape(shape: number): MinedPattern | undefined;
}

function cluster(shapes: readonly Shape[]): { vocabulary: Vocabulary; groups: PatternGroup[] } {
  const vocabulary = new Vocabulary();
  const groups = shapes.map(({ text, lines }, at) => ({ tokens: vocabulary.tokensOf(text), lines, members: [at] }));
  return { vocabulary, groups: clusterShapes(vocabulary, groups) };
}

function indexOf(severity: LogSeverity | undefined): number {
  return severity === undefined ? UNKNOWN : SEVERITIES.indexOf(severity);
}

/** By index into SEVERITIES; where the source does not say, all lines of a shape have the severity that its text names. */
function severitiesOf({ severities, unnamed, text }: Shape): readonly number[] {
  if (unnamed === 0) return severities;
  const named = indexOf(readSeverity(text));
  return severities.map((count, severity) => (severity === named ? count + unnamed : count));
}

function namedCounts(shapes: readonly Shape[]): SeverityCounts {
  const counts: Partial<Record<LogSeverity | 'UNKNOWN', number>> = {};
  const all = shapes.map(severitiesOf);
  SEVERITIES.forEach((name, at) => {
    const count = sum(all.map((severities) => severities[at] ?? 0));
    if (count > 0) counts[name] = count;
  });
  return counts;
}

/** A part of a string may keep all of the text it was cut from in memory; its copy does not. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function extreme(
  times: readonly (number | undefined)[],
  choose: (one: number, other: number) => number,
): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : known.reduce((one, other) => choose(one, other));
}
