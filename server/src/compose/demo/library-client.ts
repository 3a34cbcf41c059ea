import type { JsonObject } from '../../kernel/json.ts';
import type { Account, DemoApi, DemoClient } from './demo-client.ts';
import { fetchClient } from './fetch-client.ts';

/** What `create` looks like in all three libraries. */
type Create = (body: JsonObject, options?: { signal?: AbortSignal | undefined }) => Promise<unknown>;
interface Library {
  readonly chat?: { readonly completions: { create: Create } };
  readonly responses?: { create: Create };
  readonly embeddings?: { create: Create };
  readonly messages?: { create: Create };
}
type LibraryClass = new (options: {
  baseURL: string;
  apiKey: string;
  defaultHeaders: Readonly<Record<string, string>>;
  maxRetries: number;
}) => Library;

interface Place {
  readonly library: string;
  /** Where its base URL points, below the server's address. */
  readonly base: string;
  readonly create: (library: Library) => Create | undefined;
}

const PLACES: Readonly<Record<DemoApi, Place>> = {
  chat: { library: 'openai', base: '/v1', create: ({ chat }) => chat?.completions.create.bind(chat.completions) },
  responses: { library: 'openai', base: '/v1', create: ({ responses }) => responses?.create.bind(responses) },
  embeddings: { library: 'openai', base: '/v1', create: ({ embeddings }) => embeddings?.create.bind(embeddings) },
  messages: { library: '@anthropic-ai/sdk', base: '', create: ({ messages }) => messages?.create.bind(messages) },
  'groq-chat': { library: 'groq-sdk', base: '', create: ({ chat }) => chat?.completions.create.bind(chat.completions) },
};

/** The official libraries where they are installed (a clone), plain requests elsewhere. */
export async function demoClient(account: Account): Promise<{ client: DemoClient; libraries: readonly string[] }> {
  const names = [...new Set(Object.values(PLACES).map(({ library }) => library))];
  const loaded = new Map<string, LibraryClass>();
  for (const name of names) {
    const library = await loadLibrary(name);
    if (library !== undefined) loaded.set(name, library);
  }
  const plain = fetchClient(account);
  const createOf = (api: DemoApi): Create | undefined => {
    const place = PLACES[api];
    const Class = loaded.get(place.library);
    if (Class === undefined) return undefined;
    const { url, key: apiKey, headers: defaultHeaders } = account;
    // Weir's own retries are what the demo shows.
    return place.create(new Class({ baseURL: url + place.base, apiKey, defaultHeaders, maxRetries: 0 }));
  };
  return {
    libraries: [...loaded.keys()],
    client: {
      async send(request) {
        const create = createOf(request.api);
        if (create === undefined) return plain.send(request);
        return (await create(request.body, { signal: request.signal })) as JsonObject;
      },
      async stream(request) {
        const create = createOf(request.api);
        if (create === undefined) return plain.stream(request);
        const events = await create({ ...request.body, stream: true }, { signal: request.signal });
        return events as AsyncIterable<JsonObject>;
      },
    },
  };
}

async function loadLibrary(name: string): Promise<LibraryClass | undefined> {
  try {
    const library: { default: LibraryClass } = await import(name);
    return library.default;
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw thrown;
  }
}
