import { z } from 'zod';
import type { CountedMessage } from '../../features/conversations/content.ts';
import type { Conversation, Conversations } from '../../features/conversations/conversations.ts';
import type { Piece, Place } from '../../features/conversations/pieces.ts';
import type { Message } from '../../kernel/chat.ts';
import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import {
  decodeConversationItems,
  encodeConversationItem,
} from '../../protocols/openai-responses/conversation/items.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../route.ts';
import { readBody, readQuery } from '../server.ts';
import { OPENAI_PREFIXES } from './wire-paths.ts';

export interface OpenAiConversationServices {
  readonly conversations: Conversations;
  readonly count: (messages: readonly Message[]) => Promise<CountedMessage[]>;
}

/** The wire's own bounds. */
const MOST_ITEMS = 20;
const metadata = z
  .record(z.string().max(64), z.string().max(512))
  .refine((fields) => Object.keys(fields).length <= 16, 'must have at most 16 fields');
const items = z.array(z.record(z.string(), z.json())).max(MOST_ITEMS);
const newConversation = z.strictObject({ items: items.nullish(), metadata: metadata.nullish() });
const changedConversation = z.strictObject({ metadata });
const newItems = z.strictObject({ items: items.min(1) });
const itemsQuery = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('desc'),
});
const conversationReply = z.object({
  id: z.string(),
  object: z.literal('conversation'),
  created_at: z.int().describe('Unix seconds'),
  metadata: z.record(z.string(), z.string()),
});
const deletedReply = z.object({ id: z.string(), object: z.literal('conversation.deleted'), deleted: z.literal(true) });
const itemReply = z.looseObject({ id: z.string(), type: z.string() });
const itemsReply = z.object({
  object: z.literal('list'),
  data: z.array(itemReply),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});

/** Conversations in OpenAI's shape: the same ones that calls append to and `/api/v1/conversations` lists. */
export function openaiConversationRoutes(services: OpenAiConversationServices): RouteSpec[] {
  const { conversations } = services;
  return OPENAI_PREFIXES.flatMap((prefix, at) => {
    const common = { permission: 'call', errors: 'openai', tag: 'OpenAI', documented: at === 0 } as const;
    const all = `${prefix}/conversations`;
    const one = `${all}/:id`;
    return [
      {
        ...common,
        method: 'POST',
        path: all,
        summary: 'Make a conversation, with items or without',
        reply: conversationReply,
        body: newConversation,
        handle: (request) => create(request, services),
      },
      {
        ...common,
        method: 'GET',
        path: one,
        summary: 'One conversation',
        reply: conversationReply,
        handle: async (request) => shown(await conversations.get(...placeOf(request))),
      },
      {
        ...common,
        method: 'POST',
        path: one,
        summary: 'Replace the metadata of a conversation',
        reply: conversationReply,
        body: changedConversation,
        async handle(request) {
          await conversations.get(...placeOf(request));
          const { metadata: fields } = readBody(request, changedConversation);
          return shown(await conversations.setMetadata(...placeOf(request), fields));
        },
      },
      {
        ...common,
        method: 'DELETE',
        path: one,
        summary: 'Delete a conversation with everything that was said in it',
        reply: deletedReply,
        async handle(request) {
          const [id, projectId] = placeOf(request);
          await conversations.delete(id, projectId);
          return { id, object: 'conversation.deleted', deleted: true };
        },
      },
      {
        ...common,
        method: 'POST',
        path: `${one}/items`,
        summary: 'Put items into a conversation',
        reply: itemsReply,
        body: newItems,
        async handle(request) {
          const [id, projectId] = placeOf(request);
          await conversations.get(id, projectId);
          const given = readBody(request, newItems).items as JsonObject[];
          const put = await conversations.put(id, projectId, await services.count(decodeConversationItems(given)));
          return listOf(itemsOf(put, id), false);
        },
      },
      {
        ...common,
        method: 'GET',
        path: `${one}/items`,
        summary: 'Items of a conversation, the newest first',
        reply: itemsReply,
        query: itemsQuery,
        handle: (request) => list(request, services),
      },
      {
        ...common,
        method: 'GET',
        path: `${one}/items/:item`,
        summary: 'One item of a conversation',
        reply: itemReply,
        handle: (request) => retrieve(request, services),
      },
      {
        ...common,
        method: 'DELETE',
        path: `${one}/items/:item`,
        summary: 'Take an item out of a conversation',
        reply: conversationReply,
        async handle(request) {
          await retrieve(request, services);
          const [id, projectId] = placeOf(request);
          return shown(await conversations.removePiece(id, projectId, itemPlace(request)));
        },
      },
    ] satisfies RouteSpec[];
  });
}

async function create(request: WeirRequest, { conversations, count }: OpenAiConversationServices): Promise<JsonObject> {
  const body = (request.body as Buffer | undefined)?.length ? readBody(request, newConversation) : {};
  const { projectId } = keyOf(request);
  const messages = await count(decodeConversationItems((body.items ?? []) as JsonObject[]));
  const head = { title: null, metadata: body.metadata ?? {}, window: {}, instructions: [] };
  const made = await conversations.create({ projectId, head });
  if (messages.length > 0) await conversations.put(made.id, projectId, messages);
  return shown(made);
}

async function list(request: WeirRequest, { conversations }: OpenAiConversationServices): Promise<JsonObject> {
  const { after, limit, order } = readQuery(request, itemsQuery);
  const [id, projectId] = placeOf(request);
  const start = after === undefined ? undefined : readItemId(after, id);
  if (after !== undefined && start === undefined) throw invalidRequest('after', 'is not the id of an item.');
  const found: JsonObject[] = [];
  for await (const piece of conversations.pieces(id, projectId, { from: start?.turn, order })) {
    if (start !== undefined && !isBehind(piece.place, start, order)) continue;
    found.push(...itemsOf([piece], id));
    if (found.length > limit) break;
  }
  return listOf(found.slice(0, limit), found.length > limit);
}

/** Throws `resource.not_found` for an item that is not there, was removed, or has no word in this wire. */
async function retrieve(request: WeirRequest, { conversations }: OpenAiConversationServices): Promise<JsonObject> {
  const [id, projectId] = placeOf(request);
  const piece = await conversations.piece(id, projectId, itemPlace(request));
  const [item] = piece === undefined ? [] : itemsOf([piece], id);
  if (item === undefined) throw noItem();
  return item;
}

function placeOf(request: WeirRequest): [id: string, projectId: string] {
  const { id } = request.params as { id: string };
  return [id, keyOf(request).projectId];
}

function itemPlace(request: WeirRequest): Place {
  const { id, item } = request.params as { id: string; item: string };
  const place = readItemId(item, id);
  if (place === undefined) throw noItem();
  return place;
}

function noItem(): WeirError {
  return new WeirError('resource.not_found', { message: 'There is no such item in the conversation.' });
}

/** Says where the item stands, so that it is found without a search. */
function itemName(conversationId: string, { turn, message, piece }: Place): string {
  return `${conversationId.replace(/^conv_/, '')}t${turn}m${message}i${piece}`;
}

function readItemId(item: string, conversationId: string): Place | undefined {
  const [, turn, message, piece] = /t(\d{1,9})m(\d{1,9})i(\d{1,9})$/.exec(item) ?? [];
  const place = { turn: Number(turn), message: Number(message), piece: Number(piece) };
  return item.endsWith(`_${itemName(conversationId, place)}`) ? place : undefined;
}

function isBehind(place: Place, start: Place, order: 'asc' | 'desc'): boolean {
  const steps = [place.turn - start.turn, place.message - start.message, place.piece - start.piece];
  const difference = steps.find((step) => step !== 0) ?? 0;
  return order === 'asc' ? difference > 0 : difference < 0;
}

function itemsOf(pieces: readonly Piece[], conversationId: string): JsonObject[] {
  return pieces
    .map(({ place, message }) => encodeConversationItem(message, itemName(conversationId, place)))
    .filter((item) => item !== undefined);
}

function listOf(data: JsonObject[], hasMore: boolean): JsonObject {
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

function shown({ id, createdAt, metadata: fields }: Conversation): JsonObject {
  return { id, object: 'conversation', created_at: Math.floor(createdAt / SECOND_MS), metadata: { ...fields } };
}
