import { escapeParameter, quoteName, quoteText } from './quote.ts';

/** What may stand in the holes of a statement. */
export type Hole = Value | Name | Statement;

interface Value {
  readonly kind: 'value';
  readonly type: 'String' | 'Int64';
  readonly text: string;
}

interface Name {
  readonly kind: 'name';
  readonly name: string;
}

export interface Statement {
  readonly kind: 'statement';
  readonly parts: readonly string[];
  readonly holes: readonly Hole[];
}

export interface RenderedStatement {
  readonly query: string;
  /** `param_...` of the address. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A statement with holes: values are bound, never part of the text where the server can do that. */
export function sql(parts: TemplateStringsArray, ...holes: Hole[]): Statement {
  return { kind: 'statement', parts, holes };
}

export function text(value: string): Hole {
  return { kind: 'value', type: 'String', text: value };
}

/** Throws for what is no 64-bit integer. */
export function integer(value: number | bigint): Hole {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Error('not an integer');
  return { kind: 'value', type: 'Int64', text: String(value) };
}

export function name(of: string): Hole {
  return { kind: 'name', name: of };
}

/** Empty unless there is something to say. */
export const NOTHING = sql``;

/** `bound`: values go beside the text; false: as literals, for servers before version 20. */
export function render(statement: Statement, bound: boolean): RenderedStatement {
  const parameters: Record<string, string> = {};
  const written = (hole: Hole): string => {
    if (hole.kind === 'statement') return join(hole);
    if (hole.kind === 'name') return quoteName(hole.name);
    const isText = hole.type === 'String';
    if (!bound) return isText ? quoteText(hole.text) : hole.text;
    const parameter = `p${Object.keys(parameters).length}`;
    parameters[`param_${parameter}`] = isText ? escapeParameter(hole.text) : hole.text;
    return `{${parameter}:${hole.type}}`;
  };
  const join = ({ parts, holes }: Statement): string =>
    parts.map((part, at) => part + (holes[at] === undefined ? '' : written(holes[at]))).join('');
  return { query: join(statement), parameters };
}
