export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy' | 'disabled';

export interface ProviderHealth {
  readonly status: HealthStatus;
  /** Smoothed response time of live traffic, else of the probe; null when neither is known. */
  readonly response_time_ms: number | null;
  /** The model the status was seen on, else the provider's default; null when there is none. */
  readonly model: string | null;
  /** Why it is not healthy, safe to show; absent when healthy or disabled. */
  readonly error?: string;
}

/** Threads of one process that serve calls. */
export interface ServingThreads {
  readonly configured: number;
  /** Fewer while one that died is replaced. */
  readonly serving: number;
}

/** The body of `GET /healthz`. */
export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly components: {
    readonly database: HealthStatus;
    /** disabled: none is configured. */
    readonly redis: HealthStatus;
    /** The event loop and the threads behind it: degraded when they lag. */
    readonly workers: HealthStatus;
    readonly llm_providers: Readonly<Record<string, ProviderHealth>>;
  };
  /** Absent: one thread serves. */
  readonly worker_threads?: ServingThreads;
}
