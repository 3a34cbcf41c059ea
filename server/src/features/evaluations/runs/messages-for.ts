import { invalidRequest } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { PromptSource } from '../../../ports/prompt-source.ts';
import type { RenderTemplate } from '../../../ports/render-template.ts';
import type { ItemContent } from '../item.ts';
import type { Candidate } from './run-definition.ts';

/** What the candidate is sent for an item: its own templates filled in, a stored prompt, or the item's messages. */
export async function messagesFor(
  { messages, prompt }: Candidate,
  item: ItemContent,
  of: { render: RenderTemplate; prompts: PromptSource; projectId: string },
): Promise<JsonObject[]> {
  const { render, prompts, projectId } = of;
  if (prompt !== undefined) {
    const { name, version } = prompt;
    const rendered = await prompts.render({ projectId, name, version, variables: item.vars });
    return rendered.map(({ role, content }) => ({ role, content }));
  }
  if (messages === undefined) {
    if (item.messages !== undefined) return [...item.messages];
    throw invalidRequest('candidate.messages', 'are needed: the item has variables only.');
  }
  return Promise.all(
    messages.map(async ({ role, content }) => ({
      role,
      content: await render({ source: content, variables: item.vars, projectId }),
    })),
  );
}
