import { capabilitiesSchema } from '@weir/contract';
import { WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { RouteSpec, WeirRequest } from '../route.ts';
import { ANTHROPIC_PREFIXES, OPENAI_PREFIXES } from './wire-paths.ts';

/** A model or route name that calls may use. */
export interface ListedName {
  readonly id: string;
  /** Provider name, or "weir" for routes. */
  readonly owner: string;
  readonly displayName: string;
}

export interface ModelRouteServices {
  /** Everything this server can be asked for, routes first; upstreams are not asked. */
  readonly names: () => readonly ListedName[];
  /** Anthropic's shape of one model and of a list. */
  readonly anthropicModel: (model: ListedName) => JsonObject;
  readonly anthropicList: (models: readonly ListedName[]) => JsonObject;
  readonly capabilities: () => readonly object[];
}

/** `GET /v1/models` in OpenAI's shape, or Anthropic's when the client sends `anthropic-version`. */
export function modelRoutes(services: ModelRouteServices): RouteSpec[] {
  const prefixes = [...new Set([...OPENAI_PREFIXES, ...ANTHROPIC_PREFIXES])];
  const lists = prefixes.flatMap((prefix, at): RouteSpec[] => [
    {
      method: 'GET',
      path: `${prefix}/models`,
      permission: 'view-own',
      errors: 'openai',
      tag: 'Models',
      summary: 'Models and routes this server answers',
      documented: at === 0,
      handle: (request) => list(request, services),
    },
    {
      method: 'GET',
      // Ids contain slashes: raw and encoded both reach this.
      path: `${prefix}/models/*`,
      permission: 'view-own',
      errors: 'openai',
      tag: 'Models',
      summary: 'One model or route',
      documented: at === 0,
      handle: (request) => one(request, services),
    },
  ]);
  return [
    ...lists,
    {
      method: 'GET',
      path: '/v1/capabilities',
      permission: 'view-own',
      errors: 'openai',
      tag: 'Models',
      summary: 'What each provider and model can do',
      reply: capabilitiesSchema,
      handle: () => ({ object: 'list', data: services.capabilities() }),
    },
  ];
}

function list(request: WeirRequest, services: ModelRouteServices): JsonObject {
  const names = services.names();
  if (isAnthropic(request)) return services.anthropicList(names);
  return { object: 'list', data: names.map(openAiModel) };
}

function one(request: WeirRequest, services: ModelRouteServices): JsonObject {
  const id = decoded((request.params as { '*': string })['*']);
  const found = services.names().find((name) => name.id === id);
  if (found === undefined)
    throw new WeirError('model.unknown', { param: 'model', message: `There is no model "${id.slice(0, 200)}".` });
  return isAnthropic(request) ? services.anthropicModel(found) : openAiModel(found);
}

/** Some clients encode the slash of an id twice. A % that encodes nothing stays as it is. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function isAnthropic(request: WeirRequest): boolean {
  return request.headers['anthropic-version'] !== undefined || request.url.startsWith('/anthropic/');
}

function openAiModel(name: ListedName): JsonObject {
  return { id: name.id, object: 'model', created: 0, owned_by: name.owner };
}
