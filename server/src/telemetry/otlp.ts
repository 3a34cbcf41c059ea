import type { Otlp, OtlpOptions } from './otlp/options.ts';

/** Traces and metrics over OTLP/HTTP. The libraries are loaded only when a collector is configured. */
export async function startOtlp(options: OtlpOptions): Promise<Otlp> {
  const { connectCollector } = await import('./otlp/collector.ts');
  return connectCollector(options);
}

export type { Otlp, OtlpOptions } from './otlp/options.ts';
