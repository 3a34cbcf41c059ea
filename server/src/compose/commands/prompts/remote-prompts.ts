import { listSchema, type PromptVersionObject, promptSchema, promptVersionSchema } from '@weir/contract';
import type { JsonClient } from '../../../cli/json-client.ts';
import { CommandFailure } from '../../../cli/usage-error.ts';
import type { PromptMessage } from '../../../features/prompts/content.ts';
import type { PromptFile } from '../../../features/prompts/files/prompt-file.ts';
import type { JsonObject } from '../../../kernel/json.ts';

export const PROMPT_OPTIONS = {
  project: { kind: 'text', value: 'ID', about: "Project; default the key's own, for admins `default`" },
} as const;

export const LABEL_OPTION = {
  kind: 'text',
  value: 'LABEL',
  about: 'The version with this label; default production if it is set, else latest',
} as const;

const promptsSchema = listSchema(promptSchema);

/** The prompts of one project, as the management API gives them. */
export class RemotePrompts {
  readonly #client: JsonClient;
  readonly #project: string | undefined;

  constructor(client: JsonClient, project: string | undefined) {
    this.#client = client;
    this.#project = project;
  }

  async names(): Promise<string[]> {
    return (await this.list()).map(({ name }) => name);
  }

  async list() {
    const all = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: ReturnType<typeof promptsSchema.parse> = promptsSchema.parse(
        await this.#client.json('GET', `/api/v1/prompts?${this.#query({ limit: '1000', cursor })}`),
      );
      all.push(...page.data);
      cursor = page.next_cursor;
    }
    return all;
  }

  /** Undefined: there is none, or the label points nowhere. */
  async version(name: string, label: string | undefined): Promise<PromptVersionObject | undefined> {
    try {
      const query = this.#query({ label });
      return promptVersionSchema.parse(await this.#client.json('GET', `${pathOf(name)}?${query}`));
    } catch (error) {
      if (error instanceof CommandFailure && error.status === 404) return undefined;
      throw error;
    }
  }

  async add(file: PromptFile, of: { message: string | undefined; labels: readonly string[] }) {
    const { name, kind, description, variables, settings, messages } = file;
    const content = kind === 'text' ? { template: messages[0]?.content ?? '' } : { messages };
    const body = {
      ...{ name, description, variables, model_config: settings, project_id: this.#project, ...of, ...content },
    };
    return promptVersionSchema.parse(await this.#client.json('POST', '/api/v1/prompts', body));
  }

  async move(name: string, label: string, of: { version: number; reason: string | undefined }): Promise<void> {
    await this.#client.json('PUT', `${pathOf(name)}/labels/${label}?${this.#query({})}`, of);
  }

  render(name: string, body: object): Promise<unknown> {
    return this.#client.json('POST', `${pathOf(name)}/render?${this.#query({})}`, body);
  }

  #query(of: Readonly<Record<string, string | undefined>>): string {
    const given = { ...of, project_id: this.#project };
    return new URLSearchParams(
      Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ''),
    ).toString();
  }
}

/** A version as the file it is kept in. */
export function fileOf(version: PromptVersionObject): PromptFile {
  const { name, kind, description, variables, model_config, messages } = version;
  return {
    ...{ name, kind, description, variables: variables as JsonObject, settings: model_config as JsonObject },
    messages: messages as readonly PromptMessage[],
  };
}

function pathOf(name: string): string {
  return `/api/v1/prompts/${encodeURIComponent(name)}`;
}
