import type { JsonObject } from '../../kernel/json.ts';

/** APIs whose official client libraries the demo uses. */
export type DemoApi = 'chat' | 'responses' | 'embeddings' | 'messages' | 'groq-chat';

export interface DemoRequest {
  readonly api: DemoApi;
  readonly body: JsonObject;
  /** Ends the request. */
  readonly signal?: AbortSignal;
}

/** What the tour needs of any client library. */
export interface DemoClient {
  send(request: DemoRequest): Promise<JsonObject>;
  /** Events of a stream, parsed. */
  stream(request: DemoRequest): Promise<AsyncIterable<JsonObject>>;
}

export interface Account {
  readonly url: string;
  readonly key: string;
  /** Attribution of its calls. */
  readonly headers: Readonly<Record<string, string>>;
}
