import {
  type ConversationMessage,
  type ConversationObject,
  conversationDeletedSchema,
  conversationExportSchema,
  conversationForkSchema,
  conversationMessageSchema,
  conversationSchema,
  listSchema,
  newConversationSchema,
} from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { CountedMessage } from '../../../features/conversations/content.ts';
import type { Conversation, Conversations, Turn } from '../../../features/conversations/conversations.ts';
import type { Message } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { compact, isObject } from '../../../kernel/json.ts';
import { encodeMessages } from '../../../protocols/openai-chat/encode-messages.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { iso } from './instants.ts';
import { pageQuery } from './paging.ts';
import { type KnownProjects, ownProject, readScope, writeProject } from './project-scope.ts';

export interface ConversationRouteServices {
  readonly conversations: Conversations;
  readonly count: (messages: readonly Message[]) => Promise<CountedMessage[]>;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
}

const listQuery = z.strictObject({
  ...pageQuery,
  project_id: z.string().min(1).optional(),
  user_id: z.string().min(1).optional().describe('Only those of this end user'),
});
const turnsQuery = z.strictObject({
  limit: pageQuery.limit.describe('Turns per page'),
  cursor: pageQuery.cursor,
});

/** Conversations apart from calls: those append to them by naming one. */
export function conversationRoutes(services: ConversationRouteServices): RouteSpec[] {
  const { conversations } = services;
  const common = { permission: 'call', errors: 'weir', tag: 'Conversations' } as const;
  const all = '/api/v1/conversations';
  const one = `${all}/:id`;
  return [
    {
      ...common,
      method: 'POST',
      path: all,
      summary: 'Make a conversation',
      body: newConversationSchema,
      reply: conversationSchema,
      status: 201,
      handle: (request) => create(request, services),
    },
    {
      ...common,
      method: 'GET',
      path: all,
      summary: 'Conversations, newest first',
      query: listQuery,
      reply: listSchema(conversationSchema),
      async handle(request) {
        const { limit, cursor, project_id, user_id: userId } = readQuery(request, listQuery);
        const projectId = readScope(keyOf(request), project_id, services.projects);
        const found = await conversations.list({ projectId, userId, limit: limit + 1, before: cursor });
        const data = found.slice(0, limit).map(shown);
        return { data, next_cursor: found.length > limit ? (data.at(-1)?.id ?? null) : null };
      },
    },
    {
      ...common,
      method: 'GET',
      path: one,
      summary: 'One conversation, without what was said',
      reply: conversationSchema,
      handle: async (request) => shown(await conversations.get(...idOf(request))),
    },
    {
      ...common,
      method: 'DELETE',
      path: one,
      summary: 'Delete a conversation with everything that was said in it',
      reply: conversationDeletedSchema,
      async handle(request) {
        const [id, scope] = idOf(request);
        const { projectId } = await conversations.get(id, scope);
        await conversations.delete(id, scope);
        await audited(services.audit, request, { projectId, action: 'conversation.delete', object: id, detail: {} });
        return { id, deleted: true };
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${one}/messages`,
      summary: 'What was said, oldest first, in the shape of OpenAI chat messages',
      query: turnsQuery,
      reply: listSchema(conversationMessageSchema),
      async handle(request) {
        const { limit, cursor } = readQuery(request, turnsQuery);
        const from = cursor === undefined ? 1 : numberOf(cursor) + 1;
        const turns = await conversations.turns(...idOf(request), { from, limit: limit + 1 });
        const page = turns.slice(0, limit);
        const isLast = turns.length <= limit;
        return { data: page.flatMap(saidIn), next_cursor: isLast ? null : String(page.at(-1)?.number ?? 0) };
      },
    },
    {
      ...common,
      method: 'POST',
      path: `${one}/fork`,
      summary: 'A new conversation with the same turns up to one of them',
      body: conversationForkSchema,
      reply: conversationSchema,
      status: 201,
      async handle(request) {
        const body = (request.body as Buffer | undefined)?.length ? readBody(request, conversationForkSchema) : {};
        return shown(await conversations.fork(...idOf(request), body.at));
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${one}/export`,
      summary: 'The whole conversation as one document',
      reply: conversationExportSchema,
      async handle(request) {
        const conversation = await conversations.get(...idOf(request));
        const messages: ConversationMessage[] = [];
        for await (const turn of conversations.export(...idOf(request))) messages.push(...saidIn(turn));
        return { conversation: shown(conversation), messages };
      },
    },
  ];
}

async function create(request: WeirRequest, services: ConversationRouteServices): Promise<ConversationObject> {
  const {
    project_id,
    user_id: userId,
    title,
    metadata,
    system,
    window,
    summary,
  } = readBody(request, newConversationSchema);
  const projectId = writeProject(keyOf(request), project_id, services.projects);
  const said: Message[] = system === undefined ? [] : [{ role: 'system', content: [{ type: 'text', text: system }] }];
  const made = await services.conversations.create({
    projectId,
    userId,
    head: {
      title: title ?? null,
      metadata: metadata ?? {},
      window: compact(window ?? {}),
      ...compact({ summary }),
      instructions: await services.count(said),
    },
  });
  return shown(made);
}

function idOf(request: WeirRequest): [id: string, projectId: string | undefined] {
  const { id } = request.params as { id: string };
  return [id, ownProject(keyOf(request))];
}

function numberOf(cursor: string): number {
  const number = Number(cursor);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw invalidRequest('cursor', 'is not one that Weir gave; leave it out to start anew.');
}

function shown(of: Conversation): ConversationObject {
  return {
    id: of.id,
    project_id: of.projectId,
    user_id: of.userId,
    title: of.title,
    metadata: { ...of.metadata },
    window: { ...of.window },
    summary: of.summary ?? null,
    turns: of.turns,
    forked_from: of.parent === null ? null : { id: of.parent.id, at: of.parent.turn },
    created_at: iso(of.createdAt),
    updated_at: iso(of.updatedAt),
  };
}

function saidIn({ number, requestId, createdAt, model, messages }: Turn): ConversationMessage[] {
  const said = encodeMessages(
    messages.map(({ message }) => message),
    {},
    new Set(),
  ).filter(isObject);
  return said.map((message) => ({
    turn: number,
    request_id: requestId,
    created_at: iso(createdAt),
    model: message.role === 'assistant' ? model : null,
    role: String(message.role),
    ...message,
  }));
}
