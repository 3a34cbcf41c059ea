import { isWeirError } from '../../kernel/errors.ts';
import type { Access, Endpoint, Provider } from '../../ports/provider.ts';
import { providerStatus } from '../providers/providers.ts';

export interface ProbeResult {
  /** ok: it answers and takes the key; warn: it could not be told, or there is no key; fail: calls will not work. */
  readonly outcome: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

/** Asks for the list of models, which no provider bills. */
export async function probeProvider(provider: Provider, fetch: Access['fetch']): Promise<ProbeResult> {
  const status = providerStatus(provider);
  if (status === 'no key') return { outcome: 'warn', detail: `no key: ${howToGiveKey(provider)}` };
  if (status === 'malformed key') {
    return { outcome: 'fail', detail: `the key does not look like one of this provider: ${howToGiveKey(provider)}` };
  }
  try {
    const reply = await listModels(provider, fetch);
    return judge(reply.status, provider);
  } catch (thrown) {
    if (!isWeirError(thrown)) throw thrown;
    const cause = thrown.cause instanceof Error ? ` (${thrown.cause.message})` : '';
    return { outcome: 'fail', detail: `${thrown.message}${cause} Check ${provider.baseUrl} and the network.` };
  }
}

async function listModels(provider: Provider, fetch: Access['fetch']): Promise<{ status: number }> {
  const { url, headers } = endpointOf(provider);
  const request = { method: 'GET', url, headers: { ...provider.headers, ...headers }, body: undefined };
  await provider.definition.authorize(request, {
    secret: provider.credentials[0]?.secret ?? '',
    settings: provider.settings,
    nowMs: Date.now(),
    fetch,
  });
  return fetch({ method: 'GET', url: request.url, headers: request.headers });
}

/** Pass-through paths are the provider's own, so its list of models is one of them. */
function endpointOf(provider: Provider): Endpoint {
  return provider.definition.endpoint({
    operation: 'files',
    wire: provider.definition.chat[0]?.wire ?? '',
    model: provider.defaultModel ?? '',
    stream: false,
    baseUrl: provider.baseUrl,
    settings: provider.settings,
    path: '/models',
  });
}

function judge(status: number, provider: Provider): ProbeResult {
  if (status >= 200 && status < 300) return { outcome: 'ok', detail: 'answers, and takes the key' };
  if (status === 401 || status === 403) {
    return { outcome: 'fail', detail: `refuses the key (${status}): ${howToGiveKey(provider)}` };
  }
  if (status === 404 || status === 405) {
    return { outcome: 'warn', detail: `answers (${status}), but lists no models to try the key with; use --paid` };
  }
  return { outcome: status === 429 ? 'warn' : 'fail', detail: `answers with status ${status}` };
}

function howToGiveKey(provider: Provider): string {
  const [variable] = provider.definition.environment.apiKey;
  const named = provider.name === provider.definition.type && variable !== undefined;
  return named ? `set ${variable}` : `set providers.${provider.name}.api_key in the configuration file`;
}
