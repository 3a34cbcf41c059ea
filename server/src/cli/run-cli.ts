import { isWeirError } from '../kernel/errors.ts';
import type { Command, CommandContext } from './command.ts';

/** Commands by name, loaded when they are asked for: `weir --help` must not load a server. */
export type CommandTable = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
>;

/** Runs one command line; gives the exit code. */
export async function runCli(table: CommandTable, context: CommandContext): Promise<number> {
  const [name, ...args] = context.args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    context.out(overview(table));
    return name === undefined ? 2 : 0;
  }
  const entry = table[name];
  if (entry === undefined) {
    context.err(`weir: there is no command "${name}". Commands: ${Object.keys(table).join(', ')}.`);
    return 2;
  }
  const command = await entry.load();
  if (args.includes('--help') || args.includes('-h')) {
    context.out(command.usage);
    return 0;
  }
  try {
    return await command.run({ ...context, args });
  } catch (thrown) {
    return report(thrown, context);
  }
}

function report(thrown: unknown, context: CommandContext): number {
  if (isWeirError(thrown)) {
    context.err(`weir: ${thrown.message}`);
    return thrown.code === 'config.invalid' ? 2 : 1;
  }
  const code = (thrown as { code?: string }).code ?? '';
  if (code.startsWith('ERR_PARSE_ARGS')) {
    context.err(`weir: ${(thrown as Error).message}`);
    return 2;
  }
  if (code === 'EADDRINUSE') {
    context.err('weir: the port is in use. Choose another with --port, or --port 0 for a free one.');
    return 1;
  }
  context.err(`weir: ${(thrown as Error).stack ?? String(thrown)}`);
  return 1;
}

function overview(table: CommandTable): string {
  const width = Math.max(...Object.keys(table).map((name) => name.length));
  const lines = Object.entries(table).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Weir, a self-hosted LLM gateway.',
    '',
    'Usage: weir COMMAND [options]',
    '',
    ...lines,
    '',
    'weir COMMAND --help tells more.',
  ].join('\n');
}
