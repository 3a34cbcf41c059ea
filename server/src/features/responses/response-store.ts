import { invalidRequest, isWeirError, WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProviderObjectRow, Storage } from '../../ports/storage.ts';
import { inputItemsPage, type PageQuery } from './input-items-page.ts';
import { resolveReferences } from './resolve-references.ts';
import { packContent, type ResponseContent, unpackContent } from './response-content.ts';

export interface ResponseStoreParts {
  readonly objects: Storage['objects'];
  /** Encrypts text with the project's data key. */
  seal(projectId: string, text: string): string | Promise<string>;
  /** Reverses seal; throws when the text belongs to another project. */
  open(projectId: string, sealed: string): string | Promise<string>;
  readonly clock: Pick<Clock, 'now'>;
}

interface ResponseOwner {
  readonly id: string;
  readonly projectId: string;
  /** End-user label, for erasing per user; absent when the call had none. */
  readonly userId?: string | undefined;
  /** The response this one went on from. */
  readonly previousId?: string | undefined;
  /** False when the client asked that nothing is kept: then nothing is written. */
  readonly store: boolean;
}

/** A response that Weir keeps. */
export interface ResponseToSave extends ResponseOwner, ResponseContent {}

/** A response that lives at the provider. */
export interface ProviderResponse extends ResponseOwner {
  readonly provider: string;
  readonly credentialId: string;
  /** A copy, so that the talk can go on elsewhere; absent means only the provider can go on with it. */
  readonly content?: ResponseContent | undefined;
}

/** Where a response lives: who must be asked for it and who can go on from it. */
export type ResponseLocation =
  | { readonly kind: 'provider'; readonly provider: string; readonly credentialId: string }
  | { readonly kind: 'weir' };

/**
 * State of the Responses API over any provider. An id that is unknown, of another project or deleted always gives the same
 * `resource.not_found`.
 */
export interface ResponseStore {
  save(response: ResponseToSave): Promise<void>;
  rememberProviderResponse(response: ProviderResponse): Promise<void>;
  locate(id: string, projectId: string): Promise<ResponseLocation>;
  /** What is kept of a response; not found when only the provider has it. */
  load(id: string, projectId: string): Promise<ResponseContent>;
  /** Forgets the response; answers what the wire shows. */
  delete(id: string, projectId: string): Promise<JsonObject>;
  /** One page of the request's input items in the wire's list shape. */
  inputItems(id: string, projectId: string, page: PageQuery): Promise<JsonObject>;
  /** The same items with what they point at in place of references (`item_reference`) to output that Weir keeps. */
  resolve(items: readonly JsonObject[], projectId: string): Promise<JsonObject[]>;
  /** The items of this response's turn and all turns before it, oldest first. */
  history(id: string, projectId: string): Promise<JsonObject[]>;
}

/** Longer chains are refused, not shortened: a model that silently forgets is worse than an error. */
const MAX_TURNS = 200;

export function createResponseStore({ objects, seal, open, clock }: ResponseStoreParts): ResponseStore {
  async function insert(
    owner: ResponseOwner,
    place: { provider: string; credentialId: string },
    content?: ResponseContent,
  ): Promise<void> {
    if (!owner.store) return;
    await objects.insert({
      id: owner.id,
      kind: 'response',
      project_id: owner.projectId,
      user_id: owner.userId ?? null,
      provider: place.provider,
      credential_id: place.credentialId,
      previous_id: owner.previousId ?? null,
      content: content === undefined ? null : await seal(owner.projectId, packContent(content)),
      created_at: clock.now(),
    });
  }

  async function find(id: string, projectId: string): Promise<ProviderObjectRow> {
    const row = await objects.get(id);
    if (row === undefined || row.kind !== 'response' || row.project_id !== projectId) throw notFound();
    return row;
  }

  async function contentOf(row: ProviderObjectRow): Promise<ResponseContent | undefined> {
    return row.content === null ? undefined : unpackContent(await open(row.project_id, row.content));
  }

  async function load(id: string, projectId: string): Promise<ResponseContent> {
    const content = await contentOf(await find(id, projectId));
    if (content === undefined) throw notFound();
    return content;
  }

  async function history(id: string, projectId: string): Promise<JsonObject[]> {
    const turns: ResponseContent[] = [];
    for (let next: string | null = id; next !== null; ) {
      if (turns.length === MAX_TURNS) throw tooLong();
      const row: ProviderObjectRow = await find(next, projectId).catch(asParam('previous_response_id'));
      const content = await contentOf(row);
      if (content === undefined) throw livesElsewhere(row.provider);
      turns.push(content);
      next = row.previous_id;
    }
    return turns.reverse().flatMap(({ inputItems, outputItems }) => [...inputItems, ...outputItems]);
  }

  return {
    save: (response) => insert(response, { provider: '', credentialId: '' }, response),
    rememberProviderResponse: (response) => insert(response, response, response.content),
    locate: async (id, projectId) => {
      const { provider, credential_id: credentialId } = await find(id, projectId);
      return provider === '' ? { kind: 'weir' } : { kind: 'provider', provider, credentialId };
    },
    load,
    delete: async (id, projectId) => {
      await find(id, projectId);
      if (!(await objects.delete(id))) throw notFound();
      return { id, object: 'response', deleted: true };
    },
    inputItems: async (id, projectId, page) => inputItemsPage(id, (await load(id, projectId)).inputItems, page),
    resolve: (items, projectId) =>
      resolveReferences(items, async (id) => (await load(id, projectId).catch(asParam('input'))).outputItems),
    history,
  };
}

function notFound(param?: string): WeirError {
  const message = 'There is no such response.';
  return new WeirError('resource.not_found', param === undefined ? { message } : { message, param });
}

/** The same error, naming the field that holds the id. Other failures stay what they are. */
function asParam(param: string): (error: unknown) => never {
  return (error) => {
    throw isWeirError(error) && error.code === 'resource.not_found' ? notFound(param) : error;
  };
}

function tooLong(): WeirError {
  return invalidRequest('previous_response_id', `more than ${MAX_TURNS} turns lead to this response.`);
}

function livesElsewhere(provider: string): WeirError {
  return invalidRequest(
    'previous_response_id',
    `the conversation lives at ${provider} and can only go on there; send its items as input instead.`,
  );
}
