import { createHmac } from 'node:crypto';
import type { AwsCredentials } from './credentials.ts';

export interface SigningScope {
  /** UTC, `20261120`. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly credentials: AwsCredentials;
}

const MAX_CACHED = 256;
const cache = new Map<string, Buffer>();

/** The key is good for one day, region and service; deriving it (four HMACs) is done once for all requests of that scope. */
export function signingKey(scope: SigningScope): Buffer {
  const { accessKeyId, secretAccessKey } = scope.credentials;
  const name = [scope.day, scope.region, scope.service, accessKeyId, secretAccessKey].join('\n');
  const known = cache.get(name);
  if (known !== undefined) return known;
  const key = [scope.day, scope.region, scope.service, 'aws4_request'].reduce<Buffer | string>(
    (derived, part) => createHmac('sha256', derived).update(part).digest(),
    `AWS4${secretAccessKey}`,
  ) as Buffer;
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(name, key);
  return key;
}
