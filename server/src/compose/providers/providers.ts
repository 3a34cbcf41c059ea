import type { Environment } from '../../config/load-config.ts';
import type { Config, ProviderConfig } from '../../config/schema.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { Credential, Provider, ProviderDefinition } from '../../ports/provider.ts';
import { providerDefinition, providerDefinitions } from '../../providers/registry.ts';
import { networkOf } from './network.ts';

/** How a provider stands at start, for its log line and `weir providers list`. */
export type ProviderStatus = 'ready' | 'no key' | 'malformed key';

/** Every provider that calls can name: those of the file, and every known kind that has an address. */
export function configuredProviders(config: Config, environment: Environment): Provider[] {
  const named = Object.entries(config.providers).map(([name, settings]) => fromFile(name, settings, environment));
  const taken = new Set(named.map((provider) => provider.name));
  const known = providerDefinitions
    .filter((definition) => !taken.has(definition.type))
    .map((definition) => fromEnvironment(definition, environment))
    .filter((provider) => provider !== undefined);
  return [...named, ...known];
}

export function providerStatus(provider: Provider): ProviderStatus {
  const first = provider.credentials[0];
  if (first === undefined) return 'no key';
  const pattern = provider.definition.keyPattern;
  return pattern === undefined || provider.credentials.every((credential) => pattern.test(credential.secret))
    ? 'ready'
    : 'malformed key';
}

function fromFile(name: string, settings: ProviderConfig, environment: Environment): Provider {
  const definition = definitionFor(name, settings);
  const ownName = definition.type === name;
  const secret = settings.api_key ?? (ownName ? secretOf(definition, environment) : undefined);
  const baseUrl =
    settings.base_url ??
    (ownName ? firstSet(definition.environment.baseUrl, environment) : undefined) ??
    definition.defaultBaseUrl;
  if (baseUrl === undefined) {
    throw new WeirError('config.invalid', {
      message: `providers.${name}.base_url: this kind of provider (${definition.type}) needs an address.`,
    });
  }
  const network = networkOf(name, settings);
  return {
    name,
    definition,
    baseUrl,
    ...(network === undefined ? {} : { network }),
    settings: { ...(ownName ? environmentSettings(definition, environment) : {}), ...settings },
    headers: settings.headers,
    models: settings.models,
    defaultModel: settings.default_model ?? defaultModel(definition, environment),
    trusted: true,
    credentials: credentialsOf(name, settings, { secret, keyOptional: definition.keyOptional === true }),
  };
}

function fromEnvironment(definition: ProviderDefinition, environment: Environment): Provider | undefined {
  const baseUrl = firstSet(definition.environment.baseUrl, environment) ?? definition.defaultBaseUrl;
  const secret = secretOf(definition, environment);
  if (baseUrl === undefined) return undefined;
  if (definition.keyOptional === true && firstSet(definition.environment.baseUrl, environment) === undefined)
    return undefined;
  return {
    name: definition.type,
    definition,
    baseUrl,
    settings: environmentSettings(definition, environment),
    headers: {},
    models: [],
    defaultModel: defaultModel(definition, environment),
    trusted: true,
    credentials: credentialsOf(definition.type, undefined, { secret, keyOptional: definition.keyOptional === true }),
  };
}

function definitionFor(name: string, settings: ProviderConfig): ProviderDefinition {
  if (settings.type !== undefined) {
    const definition = providerDefinition(settings.type);
    if (definition !== undefined) return definition;
    const known = providerDefinitions.map((each) => each.type).join(', ');
    throw new WeirError('config.invalid', {
      message: `providers.${name}.type: there is no "${settings.type}"; it is one of ${known}.`,
    });
  }
  return providerDefinition(name) ?? (providerDefinition('openai-compatible') as ProviderDefinition);
}

function credentialsOf(
  name: string,
  settings: ProviderConfig | undefined,
  of: { secret: string | undefined; keyOptional: boolean },
): Credential[] {
  const first = of.secret === '' ? undefined : of.secret;
  const hasOthers = (settings?.credentials.length ?? 0) > 0;
  const keyless = first === 'none' || (first === undefined && of.keyOptional && !hasOthers);
  const own: Credential[] =
    first === undefined && !keyless
      ? []
      : [
          {
            id: `${name}-1`,
            secret: keyless ? '' : (first as string),
            weight: settings?.weight ?? 1,
            requestsPerMinute: settings?.requests_per_minute,
            scope: 'server',
          },
        ];
  const more = (settings?.credentials ?? []).map(
    (credential, at): Credential => ({
      id: `${name}-${at + 2}`,
      secret: credential.api_key,
      weight: credential.weight,
      requestsPerMinute: credential.requests_per_minute,
      scope: 'server',
    }),
  );
  return [...own, ...more];
}

/** Region, project and the like from the variables of the provider's own tools; a file's settings win. */
function environmentSettings(
  { environment: names }: ProviderDefinition,
  environment: Environment,
): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [name, variables] of Object.entries(names.settings ?? {})) {
    const value = firstSet(variables, environment);
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

function secretOf(definition: ProviderDefinition, environment: Environment): string | undefined {
  const { apiKey, apiKeyParts } = definition.environment;
  const single = firstSet(apiKey, environment);
  if (single !== undefined || apiKeyParts === undefined) return single;
  const [id, secret, token] = apiKeyParts.map((variable) => environment[variable] ?? '');
  if (!id || !secret) return undefined;
  return token ? `${id}:${secret}:${token}` : `${id}:${secret}`;
}

function defaultModel(definition: ProviderDefinition, environment: Environment): string | undefined {
  const variable = definition.environment.model;
  return (variable === undefined ? undefined : environment[variable] || undefined) ?? definition.defaultModel;
}

function firstSet(variables: readonly string[], environment: Environment): string | undefined {
  for (const variable of variables) {
    const value = environment[variable];
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}
