import { boundedFetch } from '../../../egress/bounded-fetch.ts';
import { isWeirError } from '../../../kernel/errors.ts';
import { httpClientFor } from '../../providers/http-client.ts';
import { configuredProviders } from '../../providers/providers.ts';
import { configFrom } from '../config-options.ts';
import { probeProvider } from '../probe-provider.ts';
import { type SettingsPlace, type StoredSetting, storedSettings } from '../stored-settings.ts';
import type { Finding, Patient } from './finding.ts';

export async function checkProviders({ file, environment, dataDir }: Patient): Promise<Finding[]> {
  try {
    const { config } = configFrom({ config: file }, environment);
    const ready = configuredProviders(config, environment).filter((provider) => provider.credentials.length > 0);
    if (ready.length === 0) return [await withoutKeys({ dataDir, databaseUrl: config.database.url })];
    const http = httpClientFor(config);
    const findings = await Promise.all(
      ready.map(async (provider): Promise<Finding> => {
        const { outcome, detail } = await probeProvider(provider, boundedFetch(http, provider.network));
        return { outcome, subject: `provider ${provider.name}`, detail };
      }),
    );
    await http.close();
    return findings;
  } catch (thrown) {
    if (isWeirError(thrown)) return []; // the check of the configuration says it
    throw thrown;
  }
}

/** Credentials may have been stored through the API alone; they are sealed, so they are not tried. */
async function withoutKeys(place: SettingsPlace): Promise<Finding> {
  const stored = await storedSettings(place).catch((thrown): StoredSetting[] => {
    if (isWeirError(thrown)) return []; // the check of the database says it
    throw thrown;
  });
  const names = stored.filter(({ kind }) => kind === 'credential').map(({ name }) => name);
  if (names.length === 0) return NONE;
  return {
    outcome: 'ok',
    subject: 'providers',
    detail: `credentials stored by API: ${[...new Set(names)].join(', ')}`,
  };
}

const NONE: Finding = {
  outcome: 'warn',
  subject: 'providers',
  detail: 'none has a key',
  advice: 'Set OPENAI_API_KEY, ANTHROPIC_API_KEY or another, or try "weir demo", which needs none.',
};
