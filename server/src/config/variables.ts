import { WeirError } from '../kernel/errors.ts';
import { isObject } from '../kernel/json.ts';

/** `${NAME}`, or `${NAME:-what it is when NAME is not set}`. */
const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
/** Private-use characters: YAML takes them anywhere in plain text, where it would take a brace for its own. */
const MARK = /\uE000(\d+)\uE001/g;
const WHOLE_MARK = /^\uE000\d+\uE001$/;

/** The text of a file with its variables marked, so that YAML reads around them. */
export interface MarkedText {
  readonly text: string;
  /** What each mark stood for. */
  readonly variables: readonly string[];
}

export function markVariables(text: string): MarkedText {
  const variables: string[] = [];
  const marked = text.replace(VARIABLE, (variable) => `\uE000${variables.push(variable) - 1}\uE001`);
  return { text: marked, variables };
}

/** Puts the variables back as they were written, for messages. */
export function unmark(text: string, variables: readonly string[]): string {
  return text.replace(MARK, (_mark, at: string) => variables[Number(at)] ?? '');
}

export interface Expansion {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Name of the file, for messages. */
  readonly file: string;
  readonly variables: readonly string[];
  /** Gets the dotted path of every value that is one variable and nothing else: it may stand for a number. */
  readonly whole: Set<string>;
}

/** The tree with values in the place of marks. Throws `config.invalid` for variables that are not set. */
export function expandVariables(value: unknown, of: Expansion, path: readonly string[] = []): unknown {
  if (typeof value === 'string') {
    if (WHOLE_MARK.test(value)) of.whole.add(path.join('.'));
    return value.replace(MARK, (_mark, at: string) => resolveVariable(of.variables[Number(at)] ?? '', of, path));
  }
  if (Array.isArray(value)) return value.map((item, at) => expandVariables(item, of, [...path, String(at)]));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const name = unmark(key, of.variables);
      return [name, expandVariables(item, of, [...path, name])];
    }),
  );
}

function resolveVariable(variable: string, of: Expansion, path: readonly string[]): string {
  const [, name = '', otherwise] = new RegExp(VARIABLE.source).exec(variable) ?? [];
  const found = of.environment[name] ?? otherwise;
  if (found !== undefined) return found;
  throw new WeirError('config.invalid', {
    message: `${of.file}: ${path.join('.')} uses \${${name}}, which is not set. Set it, or write \${${name}:-default}.`,
  });
}
