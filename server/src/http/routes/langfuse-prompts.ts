import { z } from 'zod';
import type { PromptVersion } from '../../features/prompts/prompts.ts';
import { replyTagged } from '../reply-tagged.ts';
import { keyOf, type RouteSpec } from '../route.ts';
import { readQuery } from '../server.ts';
import { iso } from './management/instants.ts';
import { nameOf, type PromptRouteServices } from './management/prompts/services.ts';
import { shownVersion } from './management/prompts/shown.ts';

/** Their clients send more than this; what is not known means nothing here. */
const whichQuery = z.object({
  label: z.string().min(1).optional().describe('Absent, without version too: production if it is set, else latest'),
  version: z.coerce.number().int().min(1).optional(),
});

const promptReply = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  version: z.int(),
  type: z.enum(['text', 'chat']),
  prompt: z.union([z.string(), z.array(z.looseObject({ role: z.string(), content: z.string() }))]),
  config: z.record(z.string(), z.json()),
  labels: z.array(z.string()),
  tags: z.array(z.string()),
  isActive: z.boolean(),
  commitMessage: z.string().nullable(),
  createdBy: z.string().nullable(),
  resolutionGraph: z.null(),
  createdAt: z.string().describe('ISO 8601'),
  updatedAt: z.string().describe('ISO 8601'),
});

/** The address and shape that Langfuse's clients read prompts by: an application changes its base URL and keys only. */
export function langfusePromptRoutes({ prompts }: Pick<PromptRouteServices, 'prompts'>): RouteSpec[] {
  return [
    {
      method: 'GET',
      path: '/api/public/v2/prompts/:name',
      permission: 'view',
      errors: 'weir',
      tag: 'Prompts',
      summary: "One version of a prompt, for Langfuse's clients (Basic authentication, the Weir key as the secret key)",
      query: whichQuery,
      reply: promptReply,
      async handle(request, reply) {
        const which = readQuery(request, whichQuery);
        const found = await prompts.version(keyOf(request).projectId, nameOf(request), which);
        return replyTagged(request, reply, shown(found));
      },
    },
  ];
}

function shown(of: PromptVersion) {
  const { row, content, prompt } = of;
  const { labels } = shownVersion(of);
  return {
    ...{ id: `${row.name}@${row.version}`, projectId: row.project_id, name: row.name, version: row.version },
    type: content.kind,
    prompt:
      content.kind === 'text'
        ? (content.messages[0]?.content ?? '')
        : content.messages.map((message) => ({ type: 'chatmessage', ...message })),
    ...{ config: content.settings, labels, tags: [], isActive: labels.includes('production') },
    ...{ commitMessage: row.message === '' ? null : row.message, createdBy: row.author, resolutionGraph: null },
    ...{ createdAt: iso(row.created_at), updatedAt: iso(prompt.updated_at) },
  };
}
