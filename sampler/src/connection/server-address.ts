/** Where Weir is, and whom we ask for. */
export interface ServerAddress {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly service: string;
}

export function serverHeaders({ apiKey }: ServerAddress): Record<string, string> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}

export function endpoint({ url }: ServerAddress, path: string): URL {
  return new URL(path, url.endsWith('/') ? url : `${url}/`);
}
