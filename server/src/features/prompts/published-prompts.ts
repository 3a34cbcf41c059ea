import { invalidRequest } from '../../kernel/errors.ts';
import { asArray, asObject, asString, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { PublishedPrompt, PublishedPrompts } from '../../ports/published-prompts.ts';
import type { PromptShelf } from './prompt-shelf.ts';
import type { Prompts } from './prompts.ts';

const MOST = 1000;

/** A project's prompts as others see them: the version that is meant when nobody says which. */
export function publishedPrompts(
  prompts: Pick<Prompts, 'list'>,
  shelf: Pick<PromptShelf, 'resolve' | 'ready' | 'render'>,
): PublishedPrompts {
  const schemaOf = async (projectId: string, name: string) => {
    const version = await shelf.resolve({ projectId, name });
    return (await shelf.ready(projectId, name, version)).content.variables;
  };
  return {
    async list(projectId) {
      const all = await prompts.list({ projectId, limit: MOST });
      return Promise.all(
        all.map(async ({ prompt: { name, description } }): Promise<PublishedPrompt> => {
          const schema = await schemaOf(projectId, name);
          return { name, description, arguments: argumentsOf(schema) };
        }),
      );
    },
    async render({ caller: { projectId }, name, arguments: given }) {
      const variables = typed(given, await schemaOf(projectId, name));
      const { messages } = await shelf.render({ projectId, name, variables });
      // The protocol knows two roles: what a system says, the user says.
      return messages.map(({ role, content }) => ({
        role: role === 'assistant' ? ('assistant' as const) : ('user' as const),
        text: content,
      }));
    },
  };
}

function argumentsOf({ properties, required }: JsonObject): PublishedPrompt['arguments'] {
  const needed = asArray(required) ?? [];
  return Object.entries(asObject(properties) ?? {}).map(([name, schema]) => ({
    name,
    description: asString(asObject(schema)?.description) ?? '',
    required: needed.includes(name) && asObject(schema)?.default === undefined,
  }));
}

/** Arguments are texts; what the schema knows as something else is JSON. */
function typed(given: Readonly<Record<string, string>>, { properties }: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => {
      const { type } = asObject(asObject(properties)?.[name]) ?? {};
      if (type === undefined || type === 'string') return [name, text];
      const value = parseJson(text);
      if (value === undefined) throw invalidRequest(`arguments.${name}`, `expected ${String(type)} as JSON`);
      return [name, value];
    }),
  );
}
