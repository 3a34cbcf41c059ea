import type { CredentialObject, RouteObject } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';

export const CREDENTIALS = '/api/v1/credentials';
export const ROUTES = '/api/v1/routes';

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

export function useCapabilities(): readonly Capability[] {
  return useRead<List<Capability>>('/v1/capabilities').data?.data ?? [];
}

export function useCredentials(): Read<List<CredentialObject>> {
  return useRead(`${CREDENTIALS}?limit=1000`, { refreshOn: ['change'] });
}

export function useRoutes(): Read<List<RouteObject>> {
  return useRead(`${ROUTES}?limit=1000`, { refreshOn: ['change'] });
}
