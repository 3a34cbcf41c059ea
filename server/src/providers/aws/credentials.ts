import { WeirError } from '../../kernel/errors.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only temporary credentials have one; sent as `x-amz-security-token`. */
  readonly sessionToken?: string;
}

const ACCESS_KEY_ID = /^\w{1,128}$/;
const PRINTABLE = /^[\x21-\x7e]{1,8192}$/;
const NAME_PART = /^[a-z0-9-]{1,63}$/;
const BEDROCK_HOST = /^bedrock-runtime(?:-fips)?\.([^.]+)\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/;

/** Reads `ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]`; the error says what is wrong without showing any of it. */
export function parseAwsCredentials(secret: string): AwsCredentials {
  const [accessKeyId = '', secretAccessKey = '', sessionToken, ...rest] = secret.trim().split(':');
  if (!ACCESS_KEY_ID.test(accessKeyId))
    throw malformed('the access key id has other characters than letters and digits');
  if (!PRINTABLE.test(secretAccessKey)) throw malformed('the secret access key is missing or has spaces');
  if (rest.length > 0) throw malformed('it has more than three parts');
  if (sessionToken === undefined) return { accessKeyId, secretAccessKey };
  if (!PRINTABLE.test(sessionToken)) throw malformed('the session token is empty or has spaces');
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The region to sign for: the explicit setting, else the one in `https://bedrock-runtime.<region>.amazonaws.com`. */
export function awsRegion(from: {
  readonly region?: string | undefined;
  readonly baseUrl?: string | undefined;
}): string {
  const region = from.region ?? regionIn(from.baseUrl);
  if (region === undefined) {
    throw new WeirError('config.invalid', {
      param: 'region',
      message:
        'The AWS region is unknown: set "region", or a base_url like https://bedrock-runtime.us-east-1.amazonaws.com.',
    });
  }
  if (!NAME_PART.test(region)) {
    throw new WeirError('config.invalid', {
      param: 'region',
      message: 'The AWS region may have only lower-case letters, digits and hyphens, at most 63 of them.',
    });
  }
  return region;
}

/** Where Bedrock answers in a region. */
export function bedrockBaseUrl(region: string): string {
  return `https://bedrock-runtime.${awsRegion({ region })}.amazonaws.com`;
}

function regionIn(baseUrl: string | undefined): string | undefined {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return undefined;
  return BEDROCK_HOST.exec(new URL(baseUrl).hostname)?.[1];
}

function malformed(problem: string): WeirError {
  return new WeirError('config.invalid', {
    message: `The AWS credential must be ACCESS_KEY_ID:SECRET_ACCESS_KEY or ACCESS_KEY_ID:SECRET_ACCESS_KEY:SESSION_TOKEN: ${problem}.`,
  });
}
