import { stringify } from 'yaml';
import { type PromptFile, ROLE_LIKE } from './prompt-file.ts';

/** The file of a prompt. Reading it gives the same prompt, and writing that the same bytes. */
export function writePromptFile({ name, kind, description, variables, settings, messages }: PromptFile): string {
  const front = {
    name,
    kind,
    ...(description === '' ? {} : { description }),
    ...(variables === undefined ? {} : { variables }),
    ...(Object.keys(settings).length === 0 ? {} : { model_config: settings }),
  };
  const head = `---\n${stringify(front, { lineWidth: 0 })}---\n`;
  if (kind === 'text') return `${head}${messages[0]?.content ?? ''}\n`;
  return head + messages.map(({ role, content }) => `<!-- role: ${role} -->\n${marked(content)}\n`).join('');
}

function marked(content: string): string {
  return content.replace(ROLE_LIKE, '<!-- $1\\$2');
}
