import { listSchema, type RouteObject, routeObjectSchema, routeWriteSchema } from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { RouteStore, StoredRoute } from '../../../features/routing/route-store.ts';
import { invalidRequest, WeirError } from '../../../kernel/errors.ts';
import type { RouteSpec, WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from './audited.ts';
import { pageOf, pageQuery } from './paging.ts';

export interface RoutingRouteServices {
  readonly routes: Pick<RouteStore, 'list' | 'put' | 'delete'>;
  /** Does a provider answer this name? Routes do not lead to routes. */
  readonly isModel: (name: string) => boolean;
  readonly audit: Pick<AuditLog, 'record'>;
}

const listQuery = z.strictObject(pageQuery);
/** Routes belong to the server, not to a project. */
const NO_PROJECT = '';

export function routingRoutes(services: RoutingRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Routing' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/routes',
      permission: 'view',
      summary: 'Routes of the configuration file and of the API, by name',
      query: listQuery,
      reply: listSchema(routeObjectSchema),
      handle(request) {
        const routes = services.routes.list().map((route) => ({ ...shown(route), id: route.name }));
        const { data, next_cursor } = pageOf(routes, readQuery(request, listQuery));
        return { data: data.map(({ id: _, ...route }) => route), next_cursor };
      },
    },
    {
      ...common,
      method: 'PUT',
      path: '/api/v1/routes',
      permission: 'admin',
      summary: 'Make a route or replace it',
      body: routeWriteSchema,
      reply: routeObjectSchema,
      handle: (request) => put(request, services),
    },
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/routes/:name',
      permission: 'admin',
      summary: 'Delete a route',
      reply: routeObjectSchema,
      handle: (request) => remove(request, services),
    },
  ];
}

async function put(request: WeirRequest, services: RoutingRouteServices): Promise<RouteObject> {
  const body = readBody(request, routeWriteSchema);
  const targets = body.targets.map((target, index) => {
    const { model, weight, timeout_ms } = typeof target === 'string' ? { model: target } : target;
    if (!services.isModel(model)) {
      throw invalidRequest(`targets.${index}`, `no provider answers "${model}"; use provider/model.`);
    }
    return { model, weight: weight ?? 1, timeoutMs: timeout_ms };
  });
  const strategy = body.strategy ?? 'fallback';
  if (strategy === 'weighted' && targets.every(({ weight }) => weight === 0)) {
    throw invalidRequest('targets', 'at least one needs a weight above 0.');
  }
  const sticky = body.sticky ?? false;
  const route = await services.routes.put({
    name: body.name,
    strategy,
    targets,
    timeoutMs: body.timeout_ms,
    sticky,
    cache: body.cache,
  });
  const detail = { strategy, targets };
  await audited(services.audit, request, { projectId: NO_PROJECT, action: 'route.put', object: route.name, detail });
  return shown(route);
}

async function remove(request: WeirRequest, services: RoutingRouteServices): Promise<RouteObject> {
  const { name } = request.params as { name: string };
  const route = services.routes.list().find((candidate) => candidate.name === name);
  if (route === undefined || !(await services.routes.delete(name))) throw new WeirError('resource.not_found');
  await audited(services.audit, request, { projectId: NO_PROJECT, action: 'route.delete', object: name, detail: {} });
  return shown(route);
}

function shown(route: StoredRoute): RouteObject {
  return {
    name: route.name,
    strategy: route.strategy,
    targets: route.targets.map(({ model, weight, timeoutMs }) => ({ model, weight, timeout_ms: timeoutMs ?? null })),
    timeout_ms: route.timeoutMs ?? null,
    sticky: route.sticky,
    cache: route.cache ?? null,
    source: route.source,
  };
}
