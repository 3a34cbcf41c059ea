/** Scenarios of the suite (0.1.16) that apply to Weir's connections. */
export const CLIENT_SCENARIOS = [
  'initialize',
  'tools_call',
  'elicitation-sep1034-client-defaults',
  'sse-retry',
] as const;

/** Those that apply to Weir as a server. */
export const SERVER_SCENARIOS = [
  ...['server-initialize', 'ping', 'tools-list', 'tools-call-simple-text', 'tools-call-error', 'json-schema-2020-12'],
  ...['prompts-list', 'prompts-get-simple', 'prompts-get-with-args', 'dns-rebinding-protection'],
] as const;
