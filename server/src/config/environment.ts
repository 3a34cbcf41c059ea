/** One environment variable that sets one configuration value. */
export interface EnvironmentSetting {
  readonly variable: string;
  /** Where it goes in the configuration. */
  readonly path: readonly string[];
  readonly kind: 'string' | 'number' | 'seconds' | 'boolean' | 'list';
}

/** Variables besides the providers' own keys; times of the seeds' variables are seconds. */
export const ENVIRONMENT: readonly EnvironmentSetting[] = [
  { variable: 'PORT', path: ['server', 'port'], kind: 'number' },
  { variable: 'WEIR_HOST', path: ['server', 'host'], kind: 'string' },
  { variable: 'LLM_RETRY_MAX_ATTEMPTS', path: ['retry', 'max_attempts'], kind: 'number' },
  { variable: 'LLM_RETRY_BASE_DELAY', path: ['retry', 'base_delay_ms'], kind: 'seconds' },
  { variable: 'LLM_RESPONSE_TIMEOUT', path: ['llm', 'timeout_ms'], kind: 'seconds' },
  { variable: 'LLM_MAX_RESPONSE_SIZE', path: ['llm', 'max_response_characters'], kind: 'number' },
  { variable: 'LLM_ENABLE_USAGE_TRACKING', path: ['usage', 'reports'], kind: 'boolean' },
  { variable: 'LLM_PRIMARY_PROVIDER', path: ['llm', 'primary_provider'], kind: 'string' },
  { variable: 'LLM_FALLBACK_PROVIDER', path: ['llm', 'fallback_provider'], kind: 'string' },
  { variable: 'LLM_MAX_TOKENS', path: ['llm', 'max_tokens'], kind: 'number' },
  { variable: 'LLM_TEMPERATURE', path: ['llm', 'temperature'], kind: 'number' },
  { variable: 'GROQ_MAX_RETRIES', path: ['retry', 'provider', 'groq', 'max_attempts'], kind: 'number' },
  { variable: 'GROQ_RATE_LIMIT_RPM', path: ['limits', 'llm', 'requests_per_minute'], kind: 'number' },
  { variable: 'GROQ_RATE_LIMIT_RPD', path: ['limits', 'llm', 'requests_per_day'], kind: 'number' },
  { variable: 'GROQ_TIMEOUT', path: ['providers', 'groq', 'timeout_ms'], kind: 'seconds' },
  { variable: 'CLICKHOUSE_URL', path: ['clickhouse', 'url'], kind: 'string' },
  { variable: 'DATABASE_URL', path: ['database', 'url'], kind: 'string' },
  { variable: 'REDIS_URL', path: ['redis', 'url'], kind: 'string' },
  { variable: 'OTEL_EXPORTER_OTLP_ENDPOINT', path: ['telemetry', 'otlp_endpoint'], kind: 'string' },
  { variable: 'OTEL_SERVICE_NAME', path: ['telemetry', 'service_name'], kind: 'string' },
  // The lower-case names win, as everywhere.
  { variable: 'HTTPS_PROXY', path: ['egress', 'https_proxy'], kind: 'string' },
  { variable: 'https_proxy', path: ['egress', 'https_proxy'], kind: 'string' },
  { variable: 'HTTP_PROXY', path: ['egress', 'http_proxy'], kind: 'string' },
  { variable: 'http_proxy', path: ['egress', 'http_proxy'], kind: 'string' },
  { variable: 'NO_PROXY', path: ['egress', 'no_proxy'], kind: 'list' },
  { variable: 'no_proxy', path: ['egress', 'no_proxy'], kind: 'list' },
  { variable: 'WEIR_LOG_LEVEL', path: ['telemetry', 'log_level'], kind: 'string' },
];
