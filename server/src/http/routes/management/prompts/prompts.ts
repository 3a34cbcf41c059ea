import {
  archivedPromptSchema,
  listSchema,
  newPromptSchema,
  promptDiffSchema,
  promptSchema,
  promptVersionSchema,
  renderedPromptSchema,
  renderPromptSchema,
} from '@weir/contract';
import { z } from 'zod';
import { invalidRequest, isWeirError } from '../../../../kernel/errors.ts';
import type { JsonObject } from '../../../../kernel/json.ts';
import { promptChat } from '../../../../protocols/with-prompt.ts';
import { replyTagged } from '../../../reply-tagged.ts';
import { keyOf, type RouteSpec } from '../../../route.ts';
import { readBody, readQuery } from '../../../server.ts';
import { audited } from '../audited.ts';
import { pageQuery } from '../paging.ts';
import { writeProject } from '../project-scope.ts';
import { common, nameOf, PROMPTS, type PromptRouteServices, writerOf } from './services.ts';
import { shownPrompt, shownVersion } from './shown.ts';

const scope = { project_id: z.string().min(1).optional() };
const scopeQuery = z.strictObject(scope);
const listQuery = z.strictObject({ ...pageQuery, ...scope });
const whichQuery = z.strictObject({
  ...scope,
  label: z.string().min(1).optional().describe('Absent, without version too: production if it is set, else latest'),
  version: z.coerce.number().int().min(1).optional(),
});
/** Whether there is such a prompt is said before what is wrong with the question about it. */
const anyQuery = z.object(scope);
const diffQuery = z.strictObject({
  ...scope,
  from: z.coerce.number().int().min(1),
  to: z.coerce.number().int().min(1),
});

const ONE = `${PROMPTS}/:name`;

/** Prompts, their versions, and what a version renders to. Names hold slashes, which arrive as `%2F`. */
export function promptRoutes(services: PromptRouteServices): RouteSpec[] {
  const { prompts, projects, audit } = services;
  return [
    {
      ...common,
      method: 'GET',
      path: PROMPTS,
      permission: 'view',
      summary: 'Prompts by name, with their labels',
      query: listQuery,
      reply: listSchema(promptSchema),
      async handle(request) {
        const { limit, cursor, project_id } = readQuery(request, listQuery);
        const projectId = writeProject(keyOf(request), project_id, projects);
        const found = await prompts.list({ projectId, limit: limit + 1, after: cursor });
        const data = found.slice(0, limit).map(shownPrompt);
        return { data, next_cursor: found.length > limit ? (data.at(-1)?.name ?? null) : null };
      },
    },
    {
      ...common,
      method: 'POST',
      path: PROMPTS,
      permission: 'develop',
      summary: 'Make the next version of a prompt',
      body: newPromptSchema,
      reply: promptVersionSchema,
      status: 201,
      async handle(request) {
        const { project_id, model_config: settings, ...given } = readBody(request, newPromptSchema);
        const projectId = writeProject(keyOf(request), project_id, projects);
        checkSettings(settings as JsonObject | undefined);
        const made = await prompts.add(
          { ...given, projectId, settings: settings as JsonObject | undefined },
          writerOf(request),
        );
        const { version, hash } = made.row;
        const detail = { version, hash, labels: given.labels ?? [] };
        await audited(audit, request, { projectId, action: 'prompt.add', object: given.name, detail });
        return shownVersion(made);
      },
    },
    {
      ...common,
      method: 'GET',
      path: ONE,
      permission: 'view',
      summary: 'One version of a prompt',
      query: whichQuery,
      reply: promptVersionSchema,
      async handle(request, reply) {
        const { project_id, ...which } = readQuery(request, whichQuery);
        const projectId = writeProject(keyOf(request), project_id, projects);
        return replyTagged(request, reply, shownVersion(await prompts.version(projectId, nameOf(request), which)));
      },
    },
    {
      ...common,
      method: 'DELETE',
      path: ONE,
      permission: 'operate',
      summary: 'Archive a prompt: nothing can use it until it has another version',
      query: scopeQuery,
      reply: archivedPromptSchema,
      async handle(request) {
        const projectId = writeProject(keyOf(request), readQuery(request, scopeQuery).project_id, projects);
        const name = nameOf(request);
        await prompts.archive(projectId, name);
        await audited(audit, request, { projectId, action: 'prompt.archive', object: name, detail: {} });
        return { name, archived: true };
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${ONE}/versions`,
      permission: 'view',
      summary: 'Versions of a prompt, newest first',
      query: listQuery,
      reply: listSchema(promptVersionSchema),
      async handle(request) {
        const { limit, cursor, project_id } = readQuery(request, listQuery);
        const projectId = writeProject(keyOf(request), project_id, projects);
        const before = cursor === undefined ? undefined : numberOf(cursor);
        const found = await prompts.versions({ projectId, name: nameOf(request), limit: limit + 1, before });
        const data = found.slice(0, limit).map(shownVersion);
        return { data, next_cursor: found.length > limit ? String(data.at(-1)?.version) : null };
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${ONE}/diff`,
      permission: 'view',
      summary: 'What changed from one version to another',
      query: diffQuery,
      reply: promptDiffSchema,
      async handle(request) {
        const projectId = writeProject(keyOf(request), readQuery(request, anyQuery).project_id, projects);
        await prompts.find(projectId, nameOf(request));
        const { from, to } = readQuery(request, diffQuery);
        const { messages, variables, settings } = await prompts.diff(projectId, nameOf(request), { from, to });
        return { from, to, messages, variables, model_config: settings };
      },
    },
    {
      ...common,
      method: 'POST',
      path: `${ONE}/render`,
      permission: 'view',
      summary: 'The messages of a prompt for these variables',
      query: scopeQuery,
      body: renderPromptSchema,
      reply: renderedPromptSchema,
      async handle(request) {
        const projectId = writeProject(keyOf(request), readQuery(request, scopeQuery).project_id, projects);
        const asked = readBody(request, renderPromptSchema);
        const rendered = await services.shelf.render({ ...asked, projectId, name: nameOf(request) });
        const { name, version, messages, settings } = rendered;
        return { name, version, messages, model_config: settings };
      },
    },
  ];
}

/** Settings that no call could send are refused when they are stored. */
function checkSettings(settings: JsonObject | undefined): void {
  try {
    promptChat({ messages: [], settings: settings ?? {} });
  } catch (error) {
    if (!isWeirError(error) || error.param === undefined) throw error;
    throw invalidRequest('model_config', error.message);
  }
}

function numberOf(cursor: string): number {
  const number = Number(cursor);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw invalidRequest('cursor', 'is not one that Weir gave; leave it out to start anew.');
}
