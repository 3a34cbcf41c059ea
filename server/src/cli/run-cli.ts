import { isWeirError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { type Action, type Command, type CommandContext, isGroup } from './command.ts';
import { actionHelp, overview, wantsHelp } from './help.ts';
import { CommandFailure, UsageError } from './usage-error.ts';
import { version } from './version.ts';

/** Commands by name, loaded when they are asked for: `weir --help` must not load a server. */
export type CommandTable = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
>;

/** Runs one command line; gives the exit code. */
export async function runCli(table: CommandTable, context: CommandContext): Promise<number> {
  const [name] = context.args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const commands = Object.entries(table).map(([word, { summary }]) => ({ name: word, summary }));
    context.out(overview(commands));
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    context.out(version);
    return 0;
  }
  try {
    return await runCommand(table, name, context);
  } catch (thrown) {
    return report(thrown, name, context);
  } finally {
    context.status('');
  }
}

async function runCommand(table: CommandTable, name: string, context: CommandContext): Promise<number> {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) throw unknownWord(`command "${name}"`, name, Object.keys(table));
  const command = await entry.load();
  const rest = { ...context, args: context.args.slice(1) };
  return isGroup(command) ? runGroup(name, command.actions, rest) : runAction(name, command, rest);
}

async function runGroup(
  name: string,
  actions: Readonly<Record<string, Action>>,
  context: CommandContext,
): Promise<number> {
  const [word] = context.args;
  if (word === undefined || word.startsWith('-')) {
    const known = Object.entries(actions).map(([action, { summary }]) => ({ name: `${name} ${action}`, summary }));
    const asked = wantsHelp(context);
    (asked ? context.out : context.err)(overview(known));
    return asked ? 0 : 2;
  }
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (action === undefined) throw unknownWord(`"${name} ${word}"`, word, Object.keys(actions));
  return runAction(`${name} ${word}`, action, { ...context, args: context.args.slice(1) });
}

async function runAction(name: string, action: Action, context: CommandContext): Promise<number> {
  if (!wantsHelp(context)) return action.run(context);
  context.out(actionHelp(name, action));
  return 0;
}

function unknownWord(what: string, word: string, known: readonly string[]): UsageError {
  const near = nearest(word, known);
  const hint = near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean "${near}"?`;
  return new UsageError(`There is no ${what}. ${hint}`);
}

function report(thrown: unknown, name: string, context: CommandContext): number {
  context.status('');
  if (thrown instanceof UsageError) {
    context.err(`weir: ${thrown.message}`);
    return 2;
  }
  if (thrown instanceof CommandFailure) {
    context.err(`weir: ${thrown.message}`);
    return 1;
  }
  if (isWeirError(thrown)) {
    context.err(`weir: ${thrown.message}`);
    if (thrown.code === 'bug' && thrown.cause instanceof Error) context.err(thrown.cause.stack ?? '');
    return thrown.code === 'config.invalid' ? 2 : 1;
  }
  if (isSystemError(thrown, 'EADDRINUSE')) {
    const { address, port } = thrown as { address?: string; port?: number };
    const where = address === undefined ? 'the port' : `${address}:${port}`;
    context.err(`weir: ${where} is in use. Choose another with "weir ${name} --port", or --port 0 for a free one.`);
    return 1;
  }
  if (isSystemError(thrown, 'EADDRNOTAVAIL')) {
    context.err('weir: this machine has no such address. Check --host, WEIR_HOST or server.host.');
    return 2;
  }
  context.err(`weir: ${(thrown as Error).stack ?? String(thrown)}`);
  return 1;
}

function isSystemError(thrown: unknown, code: string): boolean {
  return (thrown as { code?: string } | undefined)?.code === code;
}
