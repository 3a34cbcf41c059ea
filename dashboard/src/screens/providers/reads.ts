import type { CredentialObject, RouteObject } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';

export const CREDENTIALS = '/api/v1/credentials';
export const ROUTES = '/api/v1/routes';

export interface ProviderHealth {
  readonly status: 'healthy' | 'degraded' | 'unhealthy' | 'disabled';
  readonly response_time_ms: number | null;
  readonly model: string | null;
  readonly error?: string;
}

export interface Capability {
  readonly provider: string;
  readonly title: string;
  readonly operations: readonly string[];
  readonly models: readonly {
    readonly id: string;
    readonly features: readonly string[];
    readonly context_window: number | null;
  }[];
}

interface List<Item> {
  readonly data: readonly Item[];
}

/** By provider; read often, because it is what people wait for after a change. */
export function useProviderHealth(): Read<{ components: { llm_providers: Readonly<Record<string, ProviderHealth>> } }> {
  return useRead('/healthz', { everyMs: 5000, refreshOn: ['change'] });
}

export function useCapabilities(): readonly Capability[] {
  return useRead<List<Capability>>('/v1/capabilities').data?.data ?? [];
}

export function useCredentials(): Read<List<CredentialObject>> {
  return useRead(`${CREDENTIALS}?limit=1000`, { refreshOn: ['change'] });
}

export function useRoutes(): Read<List<RouteObject>> {
  return useRead(`${ROUTES}?limit=1000`, { refreshOn: ['change'] });
}
