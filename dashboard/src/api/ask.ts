import { readProblem, ServerProblem } from './server-problem.ts';
import { csrfToken, sessionEnded } from './session.ts';

/**
 * One request to the server with the session's cookie: `ask<KeyList>('GET /api/v1/keys')`. Gives the JSON reply (undefined
 * when it is empty), throws ServerProblem; a 401 brings back the sign-in page.
 */
export async function ask<Reply>(
  request: string,
  body?: unknown,
  options: { readonly signal?: AbortSignal; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply> {
  const response = await send(request, body, options);
  const text = await response.text();
  const json = parsed(text);
  if (!response.ok) {
    if (response.status === 401) sessionEnded();
    throw readProblem(response, json);
  }
  return json as Reply;
}

/** As `ask`, for replies that are read while they come (streams, downloads); the caller looks at `ok`. */
export async function send(
  request: string,
  body?: unknown,
  options: { readonly signal?: AbortSignal; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const at = request.indexOf(' ');
  const [method, path] = [request.slice(0, at), request.slice(at + 1)];
  const token = method === 'GET' ? undefined : csrfToken();
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { 'x-weir-csrf': token }),
        ...(body === undefined || body instanceof Blob ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ServerProblem({ status: 0, code: 'network', message: 'The server cannot be reached. Is it running?' });
  }
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
