import { WeirError } from '../../kernel/errors.ts';
import { asString, isObject, parseJson } from '../../kernel/json.ts';

/** What Weir uses of the JSON file Google gives for a service account. */
export interface ServiceAccountKey {
  readonly clientEmail: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  /** Tells Google which of the account's keys signed. */
  readonly privateKeyId: string | undefined;
  /** Where the key says tokens are given; only Google's own address or the operator's is ever used. */
  readonly tokenUri: string | undefined;
  /** The project the account belongs to, a good default for calls. */
  readonly projectId: string | undefined;
}

/** Reads a service-account key; the error names the field at fault and shows none of the content. */
export function parseServiceAccountKey(json: string): ServiceAccountKey {
  const key = parseJson(json);
  if (!isObject(key)) throw malformed('it is not a JSON object');
  if (key.type !== 'service_account') throw malformed('"type" is not "service_account"');
  const clientEmail = asString(key.client_email);
  if (!clientEmail) throw malformed('"client_email" is missing');
  // Keys that went through an environment variable often have their line ends escaped twice.
  const privateKey = asString(key.private_key)?.replaceAll('\\n', '\n');
  if (!privateKey?.includes('-----BEGIN PRIVATE KEY-----')) throw malformed('"private_key" is not a PEM private key');
  return {
    clientEmail,
    privateKey,
    privateKeyId: asString(key.private_key_id),
    tokenUri: asString(key.token_uri),
    projectId: asString(key.project_id),
  };
}

function malformed(problem: string): WeirError {
  return new WeirError('config.invalid', {
    message: `The Google credential must be the JSON of a service-account key: ${problem}.`,
  });
}
