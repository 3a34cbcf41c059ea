import { type Read, useRead } from './use-read.ts';

export interface ProviderHealth {
  readonly status: 'healthy' | 'degraded' | 'unhealthy' | 'disabled';
  readonly response_time_ms: number | null;
  readonly model: string | null;
  readonly error?: string;
}

/** By provider; read often, because it is what people wait for after a change. */
export function useProviderHealth(): Read<{ components: { llm_providers: Readonly<Record<string, ProviderHealth>> } }> {
  return useRead('/healthz', { everyMs: 5000, refreshOn: ['change'] });
}
