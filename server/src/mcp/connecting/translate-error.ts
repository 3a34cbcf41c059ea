import { isWeirError, WeirError, type WeirErrorOptions } from '../../kernel/errors.ts';
import { boundedText } from '../results/bounded-text.ts';

const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const RESOURCE_NOT_FOUND = -32002;

/** Whatever breaks between Weir and a tool server as the error of the table that names the server. */
export function translateError(
  thrown: unknown,
  of: { server: string; signal: AbortSignal; timeoutMs: number },
): WeirError {
  if (isWeirError(thrown)) return thrown;
  const { server, signal, timeoutMs } = of;
  const named = (options: WeirErrorOptions): WeirErrorOptions => ({ details: { server }, cause: thrown, ...options });
  if (signal.aborted) {
    return isWeirError(signal.reason)
      ? signal.reason
      : new WeirError(
          'call.cancelled',
          named({ message: `The question to the MCP server "${server}" was cancelled.` }),
        );
  }
  const { code, message, status } = facts(thrown);
  if (code === 'REQUEST_TIMEOUT' || (thrown instanceof Error && thrown.name === 'TimeoutError')) {
    const text = `The MCP server "${server}" did not answer within ${timeoutMs} ms (mcp.servers.${server}.timeout_ms).`;
    return new WeirError('upstream.timeout', named({ message: text }));
  }
  if (isEgressDenied(thrown)) {
    const text = `The address of the MCP server "${server}" is private or reserved; name it in egress.allow to permit it.`;
    return new WeirError('egress.denied', named({ message: text }));
  }
  if (typeof code === 'number') return answeredWith(code, `The MCP server "${server}": ${boundedText(message)}`, named);
  if (status === 401 || status === 403) {
    const text = `The MCP server "${server}" refused our credential with ${status} (mcp.servers.${server}.headers).`;
    return new WeirError('upstream.auth', named({ message: text }));
  }
  if (status === 429)
    return new WeirError(
      'upstream.rate_limited',
      named({ message: `The MCP server "${server}" limits our requests.` }),
    );
  if (code === 'INVALID_RESULT' || code === 'UNSUPPORTED_RESULT_TYPE') {
    return new WeirError(
      'upstream.bad_reply',
      named({ message: `The MCP server "${server}" gave an answer that is no MCP.` }),
    );
  }
  const why = typeof code === 'string' && /^E[A-Z]+$/.test(code) ? ` (${code})` : '';
  return new WeirError(
    'upstream.unavailable',
    named({ message: `The MCP server "${server}" is not available${why}.` }),
  );
}

function answeredWith(
  code: number,
  message: string,
  named: (options: WeirErrorOptions) => WeirErrorOptions,
): WeirError {
  if (code === INVALID_PARAMS || code === METHOD_NOT_FOUND)
    return new WeirError('upstream.rejected', named({ message }));
  if (code === RESOURCE_NOT_FOUND) return new WeirError('resource.not_found', named({ message }));
  return new WeirError('upstream.unavailable', named({ message }));
}

function facts(thrown: unknown): { code: unknown; message: string; status: unknown } {
  const error = thrown as { code?: unknown; message?: unknown; data?: { status?: unknown } } | null;
  return { code: error?.code, message: String(error?.message ?? ''), status: error?.data?.status };
}

/** Anywhere in its chain of causes. */
function isEgressDenied(thrown: unknown): boolean {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth++) {
    if ((error as { code?: unknown }).code === 'WEIR_EGRESS_DENIED') return true;
  }
  return false;
}
