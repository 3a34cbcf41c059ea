import type { PromptShelf } from '../../features/prompts/prompt-shelf.ts';
import type { PromptSource } from '../../ports/prompt-source.ts';

/** Stored prompts for evaluation runs. */
export function promptSource(shelf: PromptShelf): PromptSource {
  return {
    async find({ projectId, name, ...which }) {
      const version = await shelf.resolve({ projectId, name, ...which });
      const { content } = await shelf.ready(projectId, name, version);
      return { version, settings: content.settings };
    },
    render: async (of) => (await shelf.render(of)).messages,
  };
}
