/** Features of Anthropic's own servers, and marks of its clients, that Bedrock answers with an error. */
const UNKNOWN = [
  'claude-code-',
  'oauth-',
  'prompt-caching-',
  'prompt-caching-scope-',
  'extended-cache-ttl-',
  'message-batches-',
  'files-api-',
  'skills-',
  'mcp-client-',
  'mcp-servers-',
  'code-execution-',
  'web-fetch-',
  'web-search-',
  'structured-outputs-',
  'advanced-tool-use-',
  'token-counting-',
  'pdfs-',
  'max-tokens-3-5-sonnet-',
  'fast-mode-',
  'redact-thinking-',
  'afk-mode-',
  'model-context-window-exceeded-',
];

/** The values of an anthropic-beta header that Bedrock understands, for the body's anthropic_beta. */
export function bedrockBetas(header: string | undefined): string[] {
  const values = (header ?? '').split(',').map((value) => value.trim());
  return values.filter((value) => value !== '' && !UNKNOWN.some((prefix) => value.startsWith(prefix)));
}
