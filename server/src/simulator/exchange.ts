import type { IncomingHttpHeaders } from 'node:http';
import type { MultipartForm } from './multipart.ts';
import type { Reply } from './reply.ts';
import type { WireFamily } from './wires/family.ts';
import type { World } from './world.ts';

/** One request, read and checked as far as all wires agree, and the reply to write. */
export interface Exchange {
  headers: IncomingHttpHeaders;
  query: URLSearchParams;
  /** Values of the path's placeholders, decoded. */
  params: Readonly<Record<string, string>>;
  /** Parsed JSON, or undefined when the request had no JSON body. */
  body: unknown;
  /** Absent unless the body is multipart/form-data. */
  form?: MultipartForm | undefined;
  requestId: string;
  reply: Reply;
  world: World;
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** Segments beginning with `:` are placeholders; a last one ending with `*` takes the rest of the path. */
  path: string;
  family: WireFamily;
  /** Further condition, for paths that two providers share; absent means none. */
  when?: (headers: IncomingHttpHeaders) => boolean;
  handle: (exchange: Exchange) => Promise<void>;
}
