import { parseArgs } from 'node:util';
import { nearest } from '../kernel/nearest.ts';
import type { Action, CommandContext, HelpText, Option } from './command.ts';
import { UsageError } from './usage-error.ts';

type OptionTable = Readonly<Record<string, Option>>;

/** Flags are booleans; the others are undefined when they were not given. */
type Values<Options extends OptionTable> = {
  readonly [Name in keyof Options]: Options[Name]['kind'] extends 'flag'
    ? boolean
    : Options[Name]['kind'] extends 'number'
      ? number | undefined
      : string | undefined;
};

export interface ActionInput<Options extends OptionTable> {
  readonly context: CommandContext;
  readonly options: Values<Options>;
  /** What stood on the line besides options. */
  readonly operands: readonly string[];
}

interface ActionSpec<Options extends OptionTable> extends Omit<HelpText, 'options'> {
  readonly summary: string;
  readonly options: Options;
  run(input: ActionInput<Options>): Promise<number>;
}

/** An action that reads its own options: unknown ones name the nearest right one. */
export function action<const Options extends OptionTable>(spec: ActionSpec<Options>): Action {
  return {
    summary: spec.summary,
    help: spec,
    async run(context) {
      return await spec.run({ context, ...readArgs(context.args, spec) });
    },
  };
}

function readArgs<Options extends OptionTable>(
  args: readonly string[],
  spec: ActionSpec<Options>,
): { options: Values<Options>; operands: string[] } {
  const parsed = parse(args, spec.options);
  if (spec.operands === undefined && parsed.positionals.length > 0) {
    throw new UsageError(`"${parsed.positionals[0]}" is one word too many: only options stand here.`);
  }
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([name, option]) => [name, readValue(name, option, parsed.values[name])]),
  );
  return { options: options as Values<Options>, operands: parsed.positionals };
}

function parse(args: readonly string[], options: OptionTable) {
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { kind }]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      throw unknownOption(args, Object.keys(options));
    }
    throw new UsageError((thrown as Error).message);
  }
}

function unknownOption(args: readonly string[], known: readonly string[]): UsageError {
  const wrong = args.find((arg) => arg.startsWith('-') && !known.includes(nameIn(arg))) ?? '';
  const near = nearest(nameIn(wrong), known);
  const hint =
    near === undefined
      ? ` Options here: ${known.map((name) => `--${name}`).join(', ') || 'none'}.`
      : ` Did you mean --${near}?`;
  return new UsageError(`There is no option ${wrong.split('=')[0]}.${hint}`);
}

function nameIn(arg: string): string {
  return (arg.split('=')[0] ?? '').replace(/^-+/, '');
}

function readValue(name: string, option: Option, given: string | boolean | undefined): unknown {
  if (option.kind === 'flag') return given === true;
  if (option.kind === 'text' || given === undefined) return given;
  const number = Number(given);
  if (given === '' || !Number.isFinite(number)) throw new UsageError(`--${name} takes a number, not "${given}".`);
  return number;
}
