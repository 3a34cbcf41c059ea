import type { LogPolicy, LogServiceObject } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';

export const SERVICES = '/api/v1/services';
export const POLICIES = '/api/v1/policies';

/** A version of a policy, as the history shows it. */
export interface PolicyVersion {
  readonly policy_id: number;
  readonly version: number;
  readonly is_active: boolean;
  readonly created_at: string;
  readonly author: string;
  readonly generated_by: 'llm' | 'rules';
  readonly reasoning: string;
  readonly window: {
    readonly lines: number;
    readonly bytes: number;
    readonly kept_bytes: number;
    readonly hours: number;
  };
  readonly target: { readonly bytes: number; readonly floor_bytes: number; readonly reachable: boolean } | null;
  readonly problems: readonly string[];
}

interface List<Item> {
  readonly data: readonly Item[];
}

export function useServices(): Read<List<LogServiceObject>> {
  return useRead(`${SERVICES}?limit=1000`, { refreshOn: ['change'], everyMs: 10_000 });
}

export function useHistory(service: string): Read<List<PolicyVersion>> {
  return useRead(`${POLICIES}/${encodeURIComponent(service)}/history?limit=100`);
}

/** The policy in force; `isOn` false: there is none to ask for. */
export function usePolicy(service: string, isOn: boolean): Read<LogPolicy> {
  return useRead(`${POLICIES}/${encodeURIComponent(service)}`, { enabled: isOn });
}
