const DEFAULT_VERSION = '2023-06-01';

/**
 * The wire's headers of an upstream request. Every anthropic-* header of the client passes as it is, known or not: new
 * capabilities arrive as new header values paired with new body fields.
 */
export function requestHeaders(clientHeaders: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = { 'anthropic-version': DEFAULT_VERSION };
  for (const [name, value] of Object.entries(clientHeaders)) {
    const lower = name.toLowerCase();
    if (lower.startsWith('anthropic-')) headers[lower] = value;
  }
  return headers;
}
