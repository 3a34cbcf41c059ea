import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { Account, DemoApi, DemoClient, DemoRequest } from './demo-client.ts';

const PATHS: Readonly<Record<DemoApi, string>> = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  embeddings: '/v1/embeddings',
  messages: '/v1/messages',
  'groq-chat': '/openai/v1/chat/completions',
};

/** The same requests without a client library. */
export function fetchClient(account: Account): DemoClient {
  return {
    async send(request) {
      const response = await post(account, PATHS[request.api], request);
      return (await response.json()) as JsonObject;
    },
    async stream(request) {
      const body = { ...request.body, stream: true };
      const response = await post(account, PATHS[request.api], { ...request, body });
      return eventsOf(response);
    },
  };
}

/** POSTs JSON; an answer that is no success is thrown. */
export async function post(
  account: Account,
  path: string,
  request: Pick<DemoRequest, 'body' | 'signal'>,
): Promise<Response> {
  const response = await send(account, path, request);
  if (response.ok) return response;
  throw new Error(`POST ${path}: ${response.status} ${(await response.text()).slice(0, 300)}`);
}

/** POSTs JSON that must be refused; gives the status. */
export async function refused(account: Account, path: string, body: JsonObject): Promise<number> {
  const response = await send(account, path, { body });
  await response.arrayBuffer();
  return response.status;
}

function send(account: Account, path: string, request: Pick<DemoRequest, 'body' | 'signal'>): Promise<Response> {
  return fetch(account.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${account.key}`,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      ...account.headers,
    },
    body: JSON.stringify(request.body),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
}

async function* eventsOf(response: Response): AsyncGenerator<JsonObject> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = line.startsWith('data:') ? parseJson(line.slice(5)) : undefined;
      if (isObject(event)) yield event;
    }
  }
}
