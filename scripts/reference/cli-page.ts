import { isGroup } from '../../server/src/cli/command.ts';
import { actionHelp, overview } from '../../server/src/cli/help.ts';
import { commands } from '../../server/src/compose/commands.ts';
import { page } from './markdown.ts';

/** The help of every command, as the program prints it. */
export async function cliPage(): Promise<string> {
  const parts: string[] = [fence(overview(Object.entries(commands).map(([name, { summary }]) => ({ name, summary }))))];
  for (const [name, entry] of Object.entries(commands)) {
    const command = await entry.load();
    const actions = isGroup(command)
      ? Object.entries(command.actions).map(([word, action]) => ({ name: `${name} ${word}`, action }))
      : [{ name, action: command }];
    for (const { name: full, action } of actions) parts.push(`## weir ${full}`, fence(actionHelp(full, action)));
  }
  parts.push('Exit codes: 0 ok, 1 failed, 2 wrong use or configuration.');
  return page('Command line', parts);
}

function fence(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
