import { existsSync, readFileSync } from 'node:fs';
import { WeirError } from '../kernel/errors.ts';
import { type Environment, type LoadedConfig, loadConfig } from './load-config.ts';

/** Read when it is there and no other file was named. */
export const DEFAULT_FILE = 'weir.yaml';

/** The configuration of this start. A file that was named must exist; `weir.yaml` is read when it is there. */
export function readConfig(of: {
  file: string | undefined;
  environment: Environment;
  flags: Readonly<Record<string, string | number>>;
}): LoadedConfig {
  const name = of.file ?? DEFAULT_FILE;
  if (of.file !== undefined && !existsSync(name)) {
    throw new WeirError('config.invalid', { message: `There is no file ${name} (named by --config).` });
  }
  const file = existsSync(name) ? { name, text: readFileSync(name, 'utf8') } : undefined;
  return loadConfig({ environment: of.environment, file, flags: of.flags });
}
