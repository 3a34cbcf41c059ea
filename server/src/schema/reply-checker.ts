import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../kernel/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReplyChecker, SchemaReading, TextCheck, TextVerdict } from '../ports/reply-check.ts';
import { mayNeedSanitizing } from '../sanitize/sanitize-text.ts';
import { CheckThread } from './check-thread.ts';
import type { CompiledSchema, compileSchema } from './compile-schema.ts';
import { type SchemaFacts, type SchemaLimits, schemaFacts } from './schema-facts.ts';

export interface ReplyCheckerOptions extends SchemaLimits {
  readonly clock: Clock;
  /** Longest time of one check, in milliseconds. */
  readonly deadlineMs: number;
}

/** Texts longer than this are parsed on the other thread. */
const MAX_INLINE_CHARACTERS = 65_536;
/** Patterns cost microseconds per character. */
const MAX_INLINE_PATTERN_CHARACTERS = 2048;
/** Characters times weight of the schema: about a millisecond at the very worst. */
const MAX_INLINE_STEPS = 1_000_000;
/** A schema comes to the event loop when it has come this often: compiling it costs milliseconds. */
const SEEN_OFTEN = 3;
const MAX_WAITING_CHARACTERS = 16_777_216;
const IDLE_MS = 10_000;

interface KnownSchema {
  readonly text: string;
  readonly facts: SchemaFacts;
  reading: SchemaReading | undefined;
  seen: number;
  /** Compiled for the event loop; undefined while it is rare. */
  compiled: CompiledSchema | undefined;
}

/**
 * Checks where it is cheapest: a valid reply to a schema that is often asked for is checked at once, everything that is
 * long, new, broken or unbounded on a thread of its own, under a deadline.
 */
export class ThreadedReplyChecker implements ReplyChecker {
  readonly #options: ReplyCheckerOptions;
  readonly #thread: CheckThread;
  readonly #known = new LRUCache<string, KnownSchema>({
    max: 256,
    maxSize: 4_194_304,
    sizeCalculation: ({ text }) => text.length + 1,
  });
  #compile: typeof compileSchema | undefined;
  #loading = false;

  constructor(options: ReplyCheckerOptions) {
    this.#options = options;
    const { clock, deadlineMs } = options;
    this.#thread = new CheckThread({
      clock,
      deadlineMs,
      maxWaitingCharacters: MAX_WAITING_CHARACTERS,
      idleMs: IDLE_MS,
    });
  }

  read(schema: JsonObject, projectId: string): SchemaReading | Promise<SchemaReading> {
    const known = this.#knownSchema(schema);
    return known.reading ?? this.#readThere(known, projectId);
  }

  check(check: TextCheck): TextVerdict | Promise<TextVerdict> {
    const { format } = check;
    if (format === undefined || format.kind === 'text') {
      return mayNeedSanitizing(check.text, check.sanitize) ? this.#checkThere(check, undefined) : valid(check.text);
    }
    const known = format.kind === 'json-schema' ? this.#knownSchema(format.schema) : undefined;
    return this.#checkHere(check, known) ?? this.#checkThere(check, known);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  #knownSchema(schema: JsonObject): KnownSchema {
    const text = JSON.stringify(schema);
    const found = this.#known.get(text);
    if (found !== undefined) return found;
    const facts = schemaFacts(schema, text.length, this.#options);
    const refused = facts.problem;
    const reading = refused === undefined ? undefined : { problem: { message: refused }, untried: [] };
    const known: KnownSchema = { text, facts, reading, seen: 0, compiled: undefined };
    this.#known.set(text, known);
    return known;
  }

  async #readThere(known: KnownSchema, projectId: string): Promise<SchemaReading> {
    const answer = await this.#thread.run({ kind: 'read', schema: known.text }, projectId);
    if (answer?.kind !== 'read') {
      // Not remembered: the next call may find more time.
      return { problem: { message: 'it could not be compiled in time' }, untried: [] };
    }
    known.reading = answer.reading;
    return answer.reading;
  }

  /** The common case: good JSON, a schema that is known and bounded, nothing to sanitise. Undefined when it is another. */
  #checkHere(check: TextCheck, known: KnownSchema | undefined): TextVerdict | undefined {
    const { text } = check;
    if (text.length > MAX_INLINE_CHARACTERS || mayNeedSanitizing(text, check.sanitize)) return undefined;
    const schema = known === undefined ? ANY_JSON : this.#compiledHere(known, text);
    if (schema === undefined) return undefined;
    try {
      return schema.validate(JSON.parse(text)).length === 0 ? valid(text) : undefined;
    } catch {
      // Not JSON: what can be made of it is found out on the other thread.
      return undefined;
    }
  }

  #compiledHere(known: KnownSchema, text: string): CompiledSchema | undefined {
    const { weight, hasPatterns } = known.facts;
    if (weight * text.length > MAX_INLINE_STEPS) return undefined;
    if (hasPatterns && text.length > MAX_INLINE_PATTERN_CHARACTERS) return undefined;
    if (known.compiled !== undefined) return known.compiled;
    if (known.reading === undefined || ++known.seen < SEEN_OFTEN) return undefined;
    known.compiled = this.#compile?.(JSON.parse(known.text), { isKnownGood: true });
    if (known.compiled === undefined) void this.#load();
    return known.compiled;
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    this.#compile = (await import('./compile-schema.ts')).compileSchema;
  }

  async #checkThere(check: TextCheck, known: KnownSchema | undefined): Promise<TextVerdict> {
    const { text, repair, sanitize, format } = check;
    const isJson = format !== undefined && format.kind !== 'text';
    const job = { text, repair, sanitize, isJson };
    const answer = await this.#thread.run({ kind: 'check', schema: known?.text, check: job }, check.projectId);
    return answer?.kind === 'check' ? answer.verdict : unchecked(text);
  }
}

const ANY_JSON: Pick<CompiledSchema, 'validate'> = { validate: () => [] };

function valid(text: string): TextVerdict {
  return { outcome: 'valid', text, sanitized: false, problems: [] };
}

function unchecked(text: string): TextVerdict {
  return {
    outcome: 'invalid',
    text,
    sanitized: false,
    problems: [
      {
        error_type: 'unchecked',
        message: 'could not be checked within validation.deadline_ms',
        path: '',
        recoverable: false,
      },
    ],
  };
}
