import type { Action, CommandContext, Option } from './command.ts';

const WIDTH = 100;

/** Help of one action: usage line, options, notes. */
export function actionHelp(name: string, action: Action): string {
  const { operands, options, notes = [] } = action.help;
  const entries = Object.entries(options);
  const left = entries.map(([option, of]) => `--${spelling(option, of)}`);
  const width = Math.max(0, ...left.map((text) => text.length));
  const usage = ['weir', name, operands, entries.length === 0 ? undefined : '[options]'];
  return [
    `${action.summary}.`,
    '',
    `Usage: ${usage.filter((part) => part !== undefined).join(' ')}`,
    ...(entries.length === 0 ? [] : ['']),
    ...entries.flatMap(([, of], at) => hanging(`  ${(left[at] ?? '').padEnd(width)}  `, of.about)),
    ...notes.flatMap((note) => ['', ...hanging('', note)]),
  ].join('\n');
}

/** What stands for an option in help: `port PORT`. */
export function spelling(name: string, option: Option): string {
  return option.kind === 'flag' ? name : `${name} ${option.value ?? option.kind.toUpperCase()}`;
}

export function overview(commands: readonly { name: string; summary: string }[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Weir, a self-hosted LLM gateway.',
    '',
    'Usage: weir COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`weir COMMAND --help` tells more; `weir --version` names the version.',
  ].join('\n');
}

export function wantsHelp(context: CommandContext): boolean {
  return context.args.includes('--help') || context.args.includes('-h');
}

/** Wraps text so that later lines stand below the first word. */
function hanging(start: string, text: string): string[] {
  const lines: string[] = [];
  let line = start;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = ' '.repeat(start.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
