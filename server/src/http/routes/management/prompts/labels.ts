import {
  labelMoveSchema,
  labelNameSchema,
  labelRulesSchema,
  listSchema,
  moveLabelSchema,
  promptLabelSchema,
  rollbackLabelSchema,
} from '@weir/contract';
import { z } from 'zod';
import { invalidRequest } from '../../../../kernel/errors.ts';
import type { LabelMoveRow } from '../../../../ports/prompt-store.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../../route.ts';
import { readBody, readQuery } from '../../../server.ts';
import { audited } from '../audited.ts';
import { pageQuery } from '../paging.ts';
import { writeProject } from '../project-scope.ts';
import { common, nameOf, PROMPTS, type PromptRouteServices, writerOf } from './services.ts';
import { auditedMove, shownLabel, shownMove } from './shown.ts';

const scopeQuery = z.strictObject({ project_id: z.string().min(1).optional() });
const listQuery = z.strictObject({ ...pageQuery, project_id: z.string().min(1).optional() });

const LABELS = `${PROMPTS}/:name/labels`;
const ONE = `${LABELS}/:label`;

/** Labels of prompts: where they point, who moved them, what they ask of a version. */
export function promptLabelRoutes(services: PromptRouteServices): RouteSpec[] {
  const { prompts, labels, projects, audit } = services;
  const labelAt = (request: WeirRequest, projectAsked: string | undefined) => ({
    projectId: writeProject(keyOf(request), projectAsked, projects),
    name: nameOf(request),
    label: labelOf(request),
  });
  const moved = async (request: WeirRequest, projectId: string, row: LabelMoveRow) => {
    const event = { projectId, action: `prompt.label.${row.kind}`, object: row.name, detail: auditedMove(row) };
    await audited(audit, request, event);
    const kept = await prompts.find(projectId, row.name);
    const standing = kept.labels.find(({ label }) => label === row.label);
    return standing === undefined ? undefined : shownLabel(standing);
  };
  return [
    {
      ...common,
      method: 'GET',
      path: LABELS,
      permission: 'view',
      summary: 'Labels of a prompt; `latest` is not among them',
      query: scopeQuery,
      reply: listSchema(promptLabelSchema),
      async handle(request) {
        const projectId = writeProject(keyOf(request), readQuery(request, scopeQuery).project_id, projects);
        const kept = await prompts.find(projectId, nameOf(request));
        return { data: kept.labels.map(shownLabel), next_cursor: null };
      },
    },
    {
      ...common,
      method: 'PUT',
      path: ONE,
      permission: 'develop',
      summary: 'Move a label to a version, or to several with their shares of the calls',
      query: scopeQuery,
      body: moveLabelSchema,
      reply: promptLabelSchema,
      async handle(request) {
        const at = labelAt(request, readQuery(request, scopeQuery).project_id);
        await prompts.find(at.projectId, at.name);
        const { version, versions, reason = '', override } = readBody(request, moveLabelSchema);
        if ((version === undefined) === (versions === undefined)) {
          throw invalidRequest('version', 'send either version or versions');
        }
        const targets = versions ?? [{ version: version ?? 0, weight: 1 }];
        const row = await labels.move({ ...at, targets, reason, override }, writerOf(request));
        return moved(request, at.projectId, row);
      },
    },
    {
      ...common,
      method: 'DELETE',
      path: ONE,
      permission: 'develop',
      summary: 'Take a label away: it points nowhere until it is moved again; its rules and history stay',
      query: scopeQuery,
      reply: promptLabelSchema,
      async handle(request) {
        const at = labelAt(request, readQuery(request, scopeQuery).project_id);
        const row = await labels.move({ ...at, targets: [], reason: '' }, writerOf(request));
        return moved(request, at.projectId, row);
      },
    },
    {
      ...common,
      method: 'PATCH',
      path: ONE,
      permission: 'operate',
      summary: 'Say who may move a label, and what a version must have shown before',
      query: scopeQuery,
      body: labelRulesSchema,
      reply: promptLabelSchema,
      async handle(request) {
        const at = labelAt(request, readQuery(request, scopeQuery).project_id);
        const rules = readBody(request, labelRulesSchema);
        const row = await labels.setRules(at, rules);
        const detail = { label: at.label, ...rules };
        await audited(audit, request, {
          projectId: at.projectId,
          action: 'prompt.label.rules',
          object: at.name,
          detail,
        });
        return shownLabel(row);
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${ONE}/history`,
      permission: 'view',
      summary: 'Every move of a label, newest first: who, when, why',
      query: listQuery,
      reply: listSchema(labelMoveSchema),
      async handle(request) {
        const { limit, cursor, project_id } = readQuery(request, listQuery);
        const before = cursor === undefined ? undefined : Number(cursor);
        if (Number.isNaN(before))
          throw invalidRequest('cursor', 'is not one that Weir gave; leave it out to start anew.');
        const found = await labels.history({ ...labelAt(request, project_id), limit: limit + 1, before });
        const data = found.slice(0, limit).map(shownMove);
        return { data, next_cursor: found.length > limit ? String(data.at(-1)?.sequence) : null };
      },
    },
    {
      ...common,
      method: 'POST',
      path: `${ONE}/rollback`,
      permission: 'develop',
      summary: 'Move a label back to what it pointed at before; no gate and no protection holds it up',
      query: scopeQuery,
      body: rollbackLabelSchema,
      reply: promptLabelSchema,
      async handle(request) {
        const at = labelAt(request, readQuery(request, scopeQuery).project_id);
        const hasBody = (request.body as Buffer | undefined)?.length;
        const { to, reason = '' } = hasBody ? readBody(request, rollbackLabelSchema) : {};
        const row = await labels.rollback({ ...at, to, reason }, writerOf(request));
        return moved(request, at.projectId, row);
      },
    },
  ];
}

function labelOf(request: WeirRequest): string {
  const parsed = labelNameSchema.safeParse((request.params as { label: string }).label);
  if (parsed.success) return parsed.data;
  throw invalidRequest('label', parsed.error.issues[0]?.message ?? 'is not valid');
}
