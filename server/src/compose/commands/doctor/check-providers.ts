import { boundedFetch } from '../../../egress/bounded-fetch.ts';
import { isWeirError } from '../../../kernel/errors.ts';
import { httpClientFor } from '../../providers/http-client.ts';
import { configuredProviders } from '../../providers/providers.ts';
import { configFrom } from '../config-options.ts';
import { probeProvider } from '../probe-provider.ts';
import type { Finding, Patient } from './finding.ts';

export async function checkProviders({ file, environment }: Patient): Promise<Finding[]> {
  try {
    const { config } = configFrom({ config: file }, environment);
    const ready = configuredProviders(config, environment).filter((provider) => provider.credentials.length > 0);
    if (ready.length === 0) return [NONE];
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

const NONE: Finding = {
  outcome: 'warn',
  subject: 'providers',
  detail: 'none has a key',
  advice: 'Set OPENAI_API_KEY, ANTHROPIC_API_KEY or another, or try "weir demo", which needs none.',
};
