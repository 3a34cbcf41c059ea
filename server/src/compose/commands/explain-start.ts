import { type ExplainedValue, explainConfig } from '../../config/explain.ts';
import type { Environment, LoadedConfig } from '../../config/load-config.ts';
import { maskSecret, maskValue } from '../../config/mask-secret.ts';
import { providerDefinitions } from '../../providers/registry.ts';
import type { StoredSetting } from './stored-settings.ts';

/** Variables that configure the start beside the settings of the file. */
const START_VARIABLES = ['WEIR_ADMIN_KEY', 'WEIR_MASTER_KEY', 'ENCRYPTION_KEY'];

/** Everything a start with this configuration, and with what the API stored, would use. */
export function explainStart(of: {
  loaded: LoadedConfig;
  environment: Environment;
  stored: readonly StoredSetting[];
}): ExplainedValue[] {
  const explained = explainConfig(of.loaded);
  const fromFile = new Set(explained.map(({ setting }) => setting));
  return [
    ...explained,
    ...providersOfEnvironment(of.environment).filter(({ setting }) => !fromFile.has(setting)),
    ...START_VARIABLES.flatMap((variable) => {
      const value = of.environment[variable];
      return value ? [{ setting: variable, value: maskSecret(value), source: `env ${variable}` }] : [];
    }),
    ...of.stored.map(({ kind, name, value }) => ({
      setting: `${kind}s.${name}`,
      value: maskValue(`${kind}s.${name}`, value),
      source: isInFile(fromFile, `${kind}s.${name}`) ? 'API (hidden: the file has it too)' : 'API',
    })),
  ];
}

/** Providers need no file: their variables are enough. */
function providersOfEnvironment(environment: Environment): ExplainedValue[] {
  return providerDefinitions.flatMap(({ type, environment: variables }) => [
    ...first(`providers.${type}.api_key`, variables.apiKey, environment),
    ...first(`providers.${type}.base_url`, variables.baseUrl, environment),
    ...first(`providers.${type}.default_model`, variables.model === undefined ? [] : [variables.model], environment),
  ]);
}

function first(setting: string, variables: readonly string[], environment: Environment): ExplainedValue[] {
  const variable = variables.find((name) => (environment[name] ?? '') !== '');
  if (variable === undefined) return [];
  return [{ setting, value: maskValue(setting, environment[variable]), source: `env ${variable}` }];
}

function isInFile(settings: ReadonlySet<string>, prefix: string): boolean {
  return [...settings].some((setting) => setting === prefix || setting.startsWith(`${prefix}.`));
}
