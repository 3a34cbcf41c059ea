import { WeirError } from '../../kernel/errors.ts';
import type { Access } from '../../ports/provider.ts';
import { type AccessToken, askForToken } from './token-reply.ts';

const DEFAULT_HOST = 'metadata.google.internal';
const HOST = /^[a-z0-9.-]{1,253}(?::\d{1,5})?$/i;
const TOKEN_PATH = '/computeMetadata/v1/instance/service-accounts/default/token';

/** The token of the machine's own service account, when Weir runs inside Google Cloud. */
export async function metadataServerToken(fetch: Access['fetch'], host: string = DEFAULT_HOST): Promise<AccessToken> {
  if (!HOST.test(host)) {
    throw new WeirError('config.invalid', { message: 'The Google metadata host must be a host name or host:port.' });
  }
  const request = { method: 'GET', url: `http://${host}${TOKEN_PATH}`, headers: { 'metadata-flavor': 'Google' } };
  return askForToken(fetch, request, 'No service-account key is set, and the Google metadata server');
}
