/** Settings that hold secrets; headers may carry them too. */
const SECRET_PATH = /(^|\.)(api_key|password|secret|token|private_key)(\.|$)|tls\.key$|^alerts\.webhook$|headers\./;

const SHOWN = 4;
const LEAST_LENGTH_TO_SHOW = 12;

/** The text as people may see it: the last characters tell keys apart and help nobody to use one. */
export function maskSecret(secret: string): string {
  if (secret === '' || secret === 'none') return secret;
  return secret.length < LEAST_LENGTH_TO_SHOW ? '****' : `****${secret.slice(-SHOWN)}`;
}

/** A value of the configuration as people may see it; passwords inside addresses are hidden too. */
export function maskValue(path: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return SECRET_PATH.test(path)
    ? maskSecret(value)
    : value.replace(/^((?:[a-z]+:\/\/)?[^:/@\s]*):[^@/\s]+@/, '$1:****@');
}
