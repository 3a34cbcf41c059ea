import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';
import { OTTL_CONVERTERS, OttlFailure } from './ottl-functions.ts';
import { lexOttl, type OttlToken } from './ottl-lexer.ts';
import { compareOttl, isMap, type OttlMap, type OttlRecord, type OttlValue, TraceIdValue } from './ottl-values.ts';

export type OttlCondition = (record: OttlRecord) => boolean;
export type OttlStatement = (record: OttlRecord) => void;

interface Expression {
  /** Known while the configuration is read. */
  readonly literal?: OttlValue;
  readonly path?: Path;
  get(record: OttlRecord): OttlValue;
}
interface Path {
  readonly fields: readonly string[];
  readonly keys: readonly string[];
}

/** Whether a path may leave out the context's name: only where the configuration names the context elsewhere. */
export type PathStyle = 'prefixed' | 'either';

const ENUMS = new Map<string, bigint>(
  ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name, severity) =>
    [0, 1, 2, 3].map((step) => {
      const suffix = step === 0 ? '' : String(step + 1);
      return [`SEVERITY_NUMBER_${name}${suffix}`, BigInt(1 + severity * 4 + step)] as const;
    }),
  ),
).set('SEVERITY_NUMBER_UNSPECIFIED', 0n);

/** Compiles one statement of a transform processor: an editor, and perhaps `where` with a condition. */
export function compileOttlStatement(source: string, style: PathStyle): OttlStatement {
  const parser = new OttlParser(source, style);
  const edit = parser.editor();
  const isWanted = parser.take('where') ? parser.condition() : () => true;
  parser.end();
  return (record) => {
    if (isWanted(record)) edit(record);
  };
}

/** Compiles a condition, as a filter processor or a group of statements has it. */
export function compileOttlCondition(source: string, style: PathStyle): OttlCondition {
  const parser = new OttlParser(source, style);
  const condition = parser.condition();
  parser.end();
  return condition;
}

class OttlParser {
  readonly #source: string;
  readonly #style: PathStyle;
  readonly #tokens: readonly OttlToken[];
  #at = 0;

  constructor(source: string, style: PathStyle) {
    this.#source = source;
    this.#style = style;
    this.#tokens = lexOttl(source);
  }

  end(): void {
    if (this.#token.kind !== 'end') this.#unexpected();
  }

  take(text: string): boolean {
    const { kind } = this.#token;
    if (kind === 'string' || this.#token.text !== text) return false;
    this.#at++;
    return true;
  }

  editor(): OttlStatement {
    const name = this.#next().text;
    if (/^[A-Z]/.test(name)) throw this.#refused(`an editor's name begins with a lower-case letter, not ${name}`);
    const args = this.#arguments();
    if (name === 'set') return this.#set(args);
    if (name === 'delete_key') return this.#deleteKey(args);
    throw new UnsupportedConstruct('OpenTelemetry', `the OTTL editor ${name}`);
  }

  #set([target, value, ...more]: readonly Expression[]): OttlStatement {
    if (target?.path === undefined || value === undefined || more.length > 0)
      throw this.#refused('set takes a path and a value');
    const write = this.#setter(target.path);
    return (record) => {
      const result = value.get(record);
      if (result !== null) write(record, result);
    };
  }

  #deleteKey([target, key, ...more]: readonly Expression[]): OttlStatement {
    if (target === undefined || typeof key?.literal !== 'string' || more.length > 0) {
      throw this.#refused('delete_key takes a map and a key');
    }
    const name = key.literal;
    return (record) => {
      const map = target.get(record);
      if (!isMap(map)) throw new OttlFailure('delete_key needs a map');
      delete map[name];
    };
  }

  condition(): OttlCondition {
    const terms = [this.#term()];
    while (this.take('or')) terms.push(this.#term());
    return (record) => terms.some((term) => term(record));
  }

  #term(): OttlCondition {
    const values = [this.#boolean()];
    while (this.take('and')) values.push(this.#boolean());
    return (record) => values.every((value) => value(record));
  }

  #boolean(): OttlCondition {
    if (this.take('not')) {
      const inner = this.#plainBoolean();
      return (record) => !inner(record);
    }
    return this.#plainBoolean();
  }

  #plainBoolean(): OttlCondition {
    const start = this.#at;
    if (this.take('(')) {
      const inner = this.condition();
      if (this.take(')') && this.#token.kind !== 'comparison') return inner;
      this.#at = start;
    }
    const left = this.#value();
    if (this.#token.kind !== 'comparison') return this.#asCondition(left);
    const sign = this.#next().text;
    const right = this.#value();
    return (record) => compareOttl(sign, left.get(record), right.get(record));
  }

  #asCondition(value: Expression): OttlCondition {
    if (value.path !== undefined) throw this.#refused('a path alone is no condition');
    if (value.literal !== undefined && typeof value.literal !== 'boolean')
      throw this.#refused('a condition must be boolean');
    return (record) => {
      const result = value.get(record);
      if (typeof result !== 'boolean') throw new OttlFailure('a condition gave no boolean');
      return result;
    };
  }

  /** Sums of products of single values. */
  #value(): Expression {
    let left = this.#product();
    while (this.#isSign('+') || this.#isSign('-')) left = this.#calculation(left, () => this.#product());
    return left;
  }

  #product(): Expression {
    let left = this.#single();
    while (this.#isSign('*') || this.#isSign('/')) left = this.#calculation(left, () => this.#single());
    return left;
  }

  #calculation(left: Expression, read: () => Expression): Expression {
    const sign = this.#next().text;
    const right = read();
    return { get: (record) => calculate(sign, left.get(record), right.get(record)) };
  }

  #single(): Expression {
    const { kind, text } = this.#token;
    if (this.take('(')) {
      const inner = this.#value();
      if (!this.take(')')) this.#unexpected();
      return inner;
    }
    if (kind === 'sign') {
      if (text === '[' || text === '{') throw new UnsupportedConstruct('OpenTelemetry', 'OTTL lists and maps');
      this.#unexpected();
    }
    this.#at++;
    if (kind === 'string') return literal(text);
    if (kind === 'int') return literal(BigInt(text));
    if (kind === 'float') return literal(Number(text));
    if (kind === 'bytes') return literal(Uint8Array.from(Buffer.from(text.slice(2), 'hex')));
    if (kind !== 'word') this.#unexpected();
    if (text === 'nil') return literal(null);
    if (text === 'true' || text === 'false') return literal(text === 'true');
    if (this.#isSign('(')) return this.#converter(text);
    if (/^[A-Z]/.test(text)) return this.#enum(text);
    return this.#path(text);
  }

  #enum(name: string): Expression {
    const value = ENUMS.get(name);
    if (value === undefined) throw this.#refused(`the enum ${name} does not exist for logs`);
    return literal(value);
  }

  #converter(name: string): Expression {
    if (/^[a-z]/.test(name)) throw this.#refused(`a converter's name begins with an upper-case letter, not ${name}`);
    const converter = OTTL_CONVERTERS[name];
    if (converter === undefined) throw new UnsupportedConstruct('OpenTelemetry', `the OTTL converter ${name}`);
    const args = this.#arguments();
    const [least, most] = converter.arity;
    if (args.length < least || args.length > most) throw this.#refused(`${name} takes ${least} to ${most} arguments`);
    const run = converter.prepare(args.map((argument) => argument.literal));
    const keys = this.#keys();
    return {
      get: (record) => keys.reduce<OttlValue>((value, key) => at(value, key), run(args.map((one) => one.get(record)))),
    };
  }

  #arguments(): Expression[] {
    if (!this.take('(')) this.#unexpected();
    const args: Expression[] = [];
    while (!this.take(')')) {
      if (args.length > 0 && !this.take(',')) this.#unexpected();
      args.push(this.#value());
    }
    return args;
  }

  /** Keys behind a path or a converter. */
  #keys(): string[] {
    const keys: string[] = [];
    while (this.take('[')) {
      const key = this.#next();
      if (key.kind !== 'string') throw new UnsupportedConstruct('OpenTelemetry', 'OTTL keys that are no strings');
      keys.push(key.text);
      if (!this.take(']')) this.#unexpected();
    }
    return keys;
  }

  #path(first: string): Expression {
    const fields = [first];
    while (this.take('.')) fields.push(this.#next().text);
    const keys = this.#keys();
    const path = { fields: this.#inContext(fields), keys };
    const read = getter(path);
    return { path, get: read };
  }

  /** Without the context's name in front. */
  #inContext(fields: readonly string[]): string[] {
    if (fields[0] === 'log') return fields.slice(1);
    if (fields[0] === 'resource') return [...fields];
    if (this.#style === 'either') return [...fields];
    throw this.#refused(`the path ${fields.join('.')} does not name its context, as in log.${fields.join('.')}`);
  }

  #setter({ fields, keys }: Path): (record: OttlRecord, value: OttlValue) => void {
    const name = fields.join('.');
    const map = name === 'attributes' || name === 'cache' || name === 'resource.attributes' ? name : undefined;
    const [key, ...deeper] = keys;
    if (map !== undefined && key !== undefined && deeper.length === 0) {
      return (record, value) => {
        mapOf(record, map)[key] = value;
      };
    }
    if (keys.length > 0) throw new UnsupportedConstruct('OpenTelemetry', `writing to ${name} with keys`);
    if (name === 'body') {
      return (record, value) => {
        record.body = value;
      };
    }
    if (name === 'severity_text') {
      return (record, value) => {
        if (typeof value === 'string') record.severity_text = value;
      };
    }
    if (name === 'severity_number') {
      return (record, value) => {
        if (typeof value === 'bigint') record.severity_number = value;
      };
    }
    throw new UnsupportedConstruct('OpenTelemetry', `writing to the OTTL path ${name}`);
  }

  get #token(): OttlToken {
    return this.#tokens[this.#at] as OttlToken;
  }

  #next(): OttlToken {
    const token = this.#token;
    this.#at++;
    return token;
  }

  #isSign(sign: string): boolean {
    return this.#token.kind === 'sign' && this.#token.text === sign;
  }

  #unexpected(): never {
    throw this.#refused(`unexpected ${this.#token.text}`);
  }

  #refused(reason: string): RefusedConfiguration {
    return new RefusedConfiguration('OpenTelemetry', `OTTL: ${reason} in ${this.#source}`);
  }
}

function literal(value: OttlValue): Expression {
  return { literal: value, get: () => value };
}

function getter({ fields, keys }: Path): (record: OttlRecord) => OttlValue {
  const name = fields.join('.');
  const read = FIELDS[name];
  if (read === undefined) throw new UnsupportedConstruct('OpenTelemetry', `the OTTL path ${name}`);
  return (record) => keys.reduce<OttlValue>((value, key) => at(value, key), read(record));
}

const FIELDS: Readonly<Record<string, (record: OttlRecord) => OttlValue>> = {
  body: (record) => record.body,
  'body.string': (record) => (typeof record.body === 'string' ? record.body : JSON.stringify(record.body)),
  severity_text: (record) => record.severity_text,
  severity_number: (record) => record.severity_number,
  trace_id: (record) => new TraceIdValue(record.trace_id),
  'trace_id.string': (record) => record.trace_id,
  attributes: (record) => record.attributes,
  cache: (record) => record.cache,
  'resource.attributes': (record) => record.resource,
};

function mapOf(record: OttlRecord, name: 'attributes' | 'cache' | 'resource.attributes'): OttlMap {
  return name === 'resource.attributes' ? record.resource : record[name];
}

function at(value: OttlValue, key: string): OttlValue {
  if (value === null) return null;
  if (!isMap(value)) throw new OttlFailure('only maps have keys');
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

function calculate(sign: string, left: OttlValue, right: OttlValue): OttlValue {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (sign === '/' && right === 0n) throw new OttlFailure('division by zero');
    if (sign === '+') return left + right;
    if (sign === '-') return left - right;
    return sign === '*' ? left * right : left / right;
  }
  if (typeof left !== 'number' || typeof right !== 'number') throw new OttlFailure('a calculation of different kinds');
  if (sign === '/' && right === 0) throw new OttlFailure('division by zero');
  if (sign === '+') return left + right;
  if (sign === '-') return left - right;
  return sign === '*' ? left * right : left / right;
}
