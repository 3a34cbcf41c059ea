export interface SamplerEnvironment {
  readonly service: string | undefined;
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
}

/** What the sampler takes from the environment where the application says nothing; empty variables count as unset. */
export function readEnvironment(): SamplerEnvironment {
  const { WEIR_SERVICE, OTEL_SERVICE_NAME, WEIR_URL, WEIR_API_KEY } = process.env;
  return {
    service: WEIR_SERVICE || OTEL_SERVICE_NAME || undefined,
    url: WEIR_URL || undefined,
    apiKey: WEIR_API_KEY || undefined,
  };
}
