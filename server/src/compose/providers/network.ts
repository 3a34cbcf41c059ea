import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ProviderConfig } from '../../config/schema.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { Network } from '../../ports/http-client.ts';

/** The proxy and TLS identity of a provider of the file; undefined when it has none of its own. */
export function networkOf(name: string, { proxy, tls }: Pick<ProviderConfig, 'proxy' | 'tls'>): Network | undefined {
  if (proxy === undefined && tls === undefined) return undefined;
  const texts = Object.entries(tls ?? {}).flatMap(([part, given]) =>
    given === undefined ? [] : [[part, pemOf(`providers.${name}.tls.${part}`, given)] as const],
  );
  const settings = {
    ...(proxy === undefined ? {} : { proxy }),
    ...(texts.length === 0 ? {} : { tls: Object.fromEntries(texts) }),
  };
  assertUsable(name, settings.tls);
  return { id: hash('sha256', JSON.stringify(settings), 'hex'), ...settings };
}

function pemOf(setting: string, given: string): string {
  if (given.includes('-----BEGIN')) return given;
  try {
    return readFileSync(given, 'utf8');
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? 'no file';
    throw new WeirError('config.invalid', {
      message: `${setting}: the file ${given} cannot be read (${code}).`,
      cause,
    });
  }
}

/** A wrong certificate should be told at the start, not by the first call. */
function assertUsable(name: string, tls: Network['tls']): void {
  if (tls === undefined) return;
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new WeirError('config.invalid', {
      message: `providers.${name}.tls: the certificates or the key are not usable PEM, or do not belong together.`,
      cause,
    });
  }
}
