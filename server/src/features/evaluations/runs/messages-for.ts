import { invalidRequest } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { RenderTemplate } from '../../../ports/render-template.ts';
import type { ItemContent } from '../item.ts';
import type { Candidate } from './run-definition.ts';

/** What the candidate is sent for an item: its own templates filled in, or the item's messages. */
export async function messagesFor(
  { messages }: Candidate,
  item: ItemContent,
  of: { render: RenderTemplate; projectId: string },
): Promise<JsonObject[]> {
  if (messages === undefined) {
    if (item.messages !== undefined) return [...item.messages];
    throw invalidRequest('candidate.messages', 'are needed: the item has variables only.');
  }
  const { render, projectId } = of;
  return Promise.all(
    messages.map(async ({ role, content }) => ({
      role,
      content: await render({ source: content, variables: item.vars, projectId }),
    })),
  );
}
