import type { Config, RouteConfig } from '../../config/schema.ts';
import type { Route } from '../../gateway/routing/targets.ts';

/** The file's routes as the gateway reads them. */
export function configuredRoutes(config: Config): Route[] {
  return Object.entries(config.routes).map(([name, settings]) => routeOf(name, settings, 'file'));
}

export function routeOf(name: string, settings: RouteConfig, source: Route['source']): Route {
  return {
    name,
    strategy: settings.strategy,
    targets: settings.targets.map((target) =>
      typeof target === 'string'
        ? { model: target, weight: 1, timeoutMs: undefined }
        : { model: target.model, weight: target.weight, timeoutMs: target.timeout_ms },
    ),
    timeoutMs: settings.timeout_ms,
    sticky: settings.sticky,
    cache: settings.cache,
    source,
  };
}
