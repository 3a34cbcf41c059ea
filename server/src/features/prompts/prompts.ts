import { invalidRequest, isWeirError, WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  changedPrompt,
  type KeptPrompt,
  type PromptRow,
  type PromptStore,
  type PromptVersionRow,
} from '../../ports/prompt-store.ts';
import { hashOf, type PromptContent, type PromptMessage, readContent, writeContent } from './content.ts';
import { diffOf, type PromptDiff } from './diff.ts';
import type { LabelMover, LabelWriter } from './labels.ts';
import type { PromptShelf, WhichVersion } from './prompt-shelf.ts';
import { checkDeclared, extractedSchema } from './variables.ts';

export interface NewVersion {
  readonly projectId: string;
  readonly name: string;
  readonly messages?: readonly PromptMessage[] | undefined;
  readonly template?: string | undefined;
  readonly variables?: JsonObject | undefined;
  readonly settings?: JsonObject | undefined;
  /** Moved to it. */
  readonly labels?: readonly string[] | undefined;
  /** Absent: stays. */
  readonly description?: string | undefined;
  readonly message?: string | undefined;
}

/** A version with everything around it that people want to see. */
export interface PromptVersion {
  readonly prompt: PromptRow;
  readonly row: PromptVersionRow;
  readonly content: PromptContent;
  readonly kept: KeptPrompt;
}

export interface PromptsParts {
  readonly store: PromptStore;
  readonly shelf: PromptShelf;
  readonly labels: LabelMover;
  readonly clock: Pick<Clock, 'now'>;
  /** Says what is wrong with a JSON Schema; undefined: it can be used. */
  readonly schemaProblem: (projectId: string, schema: JsonObject) => Promise<string | undefined>;
}

const TRIES = 50;

/** Prompts under names: their versions never change, the next one is made in front of them. */
export class Prompts {
  readonly #of: PromptsParts;

  constructor(of: PromptsParts) {
    this.#of = of;
  }

  /** Makes the next version. Rejects with `request.invalid` naming the field; then nothing was stored. */
  async add(asked: NewVersion, by: LabelWriter): Promise<PromptVersion> {
    const { store, clock, labels } = this.#of;
    const { projectId, name } = asked;
    const content = await this.#content(asked);
    for (let tries = 1; ; tries++) {
      const kept = await store.get(projectId, name);
      if (kept !== undefined && kept.prompt.kind !== content.kind) {
        throw new WeirError('conflict', {
          param: content.kind === 'text' ? 'template' : 'messages',
          message: `The prompt "${name}" is a ${kept.prompt.kind} prompt; its versions are of one kind.`,
        });
      }
      const version = (kept?.prompt.latest ?? 0) + 1;
      const now = clock.now();
      const prompt: PromptRow = {
        ...{ project_id: projectId, name, kind: content.kind, latest: version },
        description: asked.description ?? kept?.prompt.description ?? '',
        ...{ created_at: kept?.prompt.created_at ?? now, updated_at: now, archived_at: null },
      };
      const row: PromptVersionRow = {
        ...{ project_id: projectId, name, version, hash: hashOf(content), content: writeContent(content) },
        ...{ message: asked.message ?? '', author: by.keyId, created_at: now },
      };
      const moves = (asked.labels ?? []).map((label) => labels.firstMove({ kept, prompt, label, version, by }));
      try {
        await store.append({ prompt, version: row, moves });
      } catch (error) {
        if (tries >= TRIES || !isWeirError(error) || error.code !== 'conflict') throw error;
        continue;
      }
      this.#of.shelf.forget([changedPrompt(projectId, name)]);
      return { prompt, row, content, kept: await this.find(projectId, name) };
    }
  }

  /** Archived ones are as if they were not there. Rejects with `resource.not_found`. */
  async find(projectId: string, name: string): Promise<KeptPrompt> {
    const kept = await this.#of.store.get(projectId, name);
    if (kept !== undefined && kept.prompt.archived_at === null) return kept;
    throw new WeirError('resource.not_found', { message: `There is no prompt "${name}".` });
  }

  async version(projectId: string, name: string, which: WhichVersion): Promise<PromptVersion> {
    const number = await this.#of.shelf.resolve({ projectId, name, ...which });
    const [kept, row] = await Promise.all([
      this.find(projectId, name),
      this.#of.store.version(projectId, name, number),
    ]);
    if (row === undefined) throw new WeirError('resource.not_found', { message: `There is no version ${number}.` });
    return { prompt: kept.prompt, row, content: readContent(row), kept };
  }

  list(query: { projectId: string; limit: number; after?: string | undefined }): Promise<KeptPrompt[]> {
    return this.#of.store.list(query);
  }

  /** Newest first. */
  async versions(query: {
    projectId: string;
    name: string;
    limit: number;
    before?: number | undefined;
  }): Promise<PromptVersion[]> {
    const kept = await this.find(query.projectId, query.name);
    const rows = await this.#of.store.versions(query);
    return rows.map((row) => ({ prompt: kept.prompt, row, content: readContent(row), kept }));
  }

  async diff(projectId: string, name: string, between: { from: number; to: number }): Promise<PromptDiff> {
    const from = await this.version(projectId, name, { version: between.from });
    const to = await this.version(projectId, name, { version: between.to });
    return diffOf(from.content, to.content);
  }

  /** Nobody can use it until it has another version; its versions and history stay. */
  async archive(projectId: string, name: string): Promise<void> {
    await this.find(projectId, name);
    await this.#of.store.archive(projectId, name, this.#of.clock.now());
    this.#of.shelf.forget([changedPrompt(projectId, name)]);
  }

  async #content({ projectId, messages, template, variables, settings = {} }: NewVersion): Promise<PromptContent> {
    if ((messages === undefined) === (template === undefined)) {
      throw invalidRequest('messages', 'send messages for a chat prompt, or template for a text prompt');
    }
    const said: PromptContent['messages'] = messages ?? [{ role: 'user', content: template ?? '' }];
    const draft: PromptContent = {
      kind: messages === undefined ? 'text' : 'chat',
      ...{ messages: said, settings, variables: variables ?? {} },
    };
    const { templates } = await this.#of.shelf.compile(projectId, draft);
    if (variables === undefined) return { ...draft, variables: extractedSchema(templates) };
    checkDeclared(variables, templates);
    const problem = await this.#of.schemaProblem(projectId, variables);
    if (problem !== undefined) throw invalidRequest('variables', `is no usable JSON Schema: ${problem}`);
    return draft;
  }
}
