import {
  changedDatasetSchema,
  datasetDetailSchema,
  datasetItemSchema,
  datasetSchema,
  listSchema,
  newDatasetSchema,
} from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../../features/audit/audit-log.ts';
import type { DatasetItem, Datasets, ItemToAdd } from '../../../../features/evaluations/datasets/datasets.ts';
import { invalidRequest } from '../../../../kernel/errors.ts';
import type { DatasetRow, DatasetStore } from '../../../../ports/evaluation-store.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../../route.ts';
import { readBody, readQuery } from '../../../server.ts';
import { audited } from '../audited.ts';
import { iso } from '../instants.ts';
import { pageQuery } from '../paging.ts';
import { type KnownProjects, ownProject, readScope, writeProject } from '../project-scope.ts';
import { pageOfRows } from './page-of-rows.ts';

type NewDataset = z.infer<typeof newDatasetSchema>;

export interface DatasetRouteServices {
  readonly datasets: Datasets;
  readonly store: DatasetStore;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
  /** Items out of what was given as such or as a file. */
  readonly readItems: (given: Pick<NewDataset, 'items' | 'format' | 'text'>, projectId: string) => Promise<ItemToAdd[]>;
  /** Items out of recorded calls of the project, redacted; ids of which nothing is kept are told. */
  readonly fromRequests: (
    ids: readonly string[],
    projectId: string,
  ) => Promise<{ items: ItemToAdd[]; skipped: string[] }>;
}

const listQuery = z.strictObject({ ...pageQuery, project_id: z.string().min(1).optional() });
const itemQuery = z.strictObject({
  ...pageQuery,
  version: z.coerce.number().int().min(1).optional().describe('Absent: the latest'),
});

/** Datasets: written by developers, whose content they may read. */
export function datasetRoutes(services: DatasetRouteServices): RouteSpec[] {
  const { datasets, store, projects } = services;
  const common = { errors: 'weir', tag: 'Evaluations' } as const;
  const path = '/api/v1/datasets';
  return [
    {
      ...common,
      method: 'POST',
      path,
      permission: 'develop',
      summary: 'Make the next version of a dataset: from items, a file, or recorded calls',
      body: newDatasetSchema,
      reply: changedDatasetSchema,
      status: 201,
      handle: (request) => change(request, services),
    },
    {
      ...common,
      method: 'GET',
      path,
      permission: 'view',
      summary: 'Datasets with their latest version, newest first',
      query: listQuery,
      reply: listSchema(datasetSchema),
      async handle(request) {
        const { limit, cursor, project_id } = readQuery(request, listQuery);
        const projectId = readScope(keyOf(request), project_id, projects);
        const rows = await store.list({ projectId, limit: limit + 1, before: cursor });
        return pageOfRows(rows, { limit, show: (row) => shown(row, row) });
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${path}/:id`,
      permission: 'view',
      summary: 'A dataset and its versions',
      reply: datasetDetailSchema,
      async handle(request) {
        const dataset = await found(request, datasets);
        const versions = await store.versions(dataset.id);
        return {
          ...shown(dataset, await datasets.version(dataset, undefined)),
          versions: versions.map(({ version, items, author, created_at }) => ({
            ...{ version, items, author },
            created_at: iso(created_at),
          })),
        };
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${path}/:id/items`,
      permission: 'develop',
      summary: 'Items of a version, by their ids',
      query: itemQuery,
      reply: listSchema(datasetItemSchema),
      async handle(request) {
        const { limit, cursor, version } = readQuery(request, itemQuery);
        const dataset = await found(request, datasets);
        const { version: shownVersion } = await datasets.version(dataset, version);
        const items = await datasets.items(dataset, { version: shownVersion, limit: limit + 1, after: cursor });
        return pageOfRows(items, { limit, show: shownItem });
      },
    },
  ];
}

async function change(request: WeirRequest, services: DatasetRouteServices) {
  const { name, project_id, from_requests = [], remove = [], replace, ...given } = readBody(request, newDatasetSchema);
  if ((given.text === undefined) !== (given.format === undefined)) {
    throw invalidRequest('format', 'goes with text, and text with format');
  }
  const key = keyOf(request);
  const projectId = writeProject(key, project_id, services.projects);
  const items = await services.readItems(given, projectId);
  const recorded = await services.fromRequests(from_requests, projectId);
  const add = [...items, ...recorded.items];
  const {
    dataset,
    version,
    items: count,
    ...counts
  } = await services.datasets.change({
    ...{ projectId, name, author: key.id, add, remove, replace },
  });
  const detail = { name, version, ...counts };
  await audited(services.audit, request, { projectId, action: 'dataset.change', object: dataset.id, detail });
  return { ...shown(dataset, { version, items: count }), ...counts, skipped: recorded.skipped };
}

function found(request: WeirRequest, datasets: Datasets): Promise<DatasetRow> {
  const { id } = request.params as { id: string };
  return datasets.find(id, ownProject(keyOf(request)));
}

function shown({ id, project_id, name, created_at }: DatasetRow, of: { version: number; items: number }) {
  return { id, project_id, name, version: of.version, items: of.items, created_at: iso(created_at) };
}

function shownItem({ id, content, sourceRequestId }: DatasetItem) {
  return {
    id,
    vars: content?.vars ?? null,
    messages: content?.messages ?? null,
    expected: content?.expected ?? null,
    cluster: content?.cluster ?? null,
    source_request_id: sourceRequestId,
  };
}
