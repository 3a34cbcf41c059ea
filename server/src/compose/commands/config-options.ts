import type { Environment, LoadedConfig } from '../../config/load-config.ts';
import { readConfig } from '../../config/read-config.ts';

/** Options of every command that reads the configuration. */
export const CONFIG = {
  config: { kind: 'text', value: 'FILE', about: 'Configuration file; default weir.yaml when it is there' },
} as const;

export const DATA_DIR = {
  'data-dir': { kind: 'text', value: 'DIR', about: 'Where Weir keeps its data; default .weir' },
} as const;

export const DEFAULT_DATA_DIR = '.weir';

export interface StartFlags {
  readonly config: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly workers?: number | undefined;
}

/** Flags over environment over file over defaults. */
export function configFrom(flags: StartFlags, environment: Environment): LoadedConfig {
  return readConfig({
    file: flags.config,
    environment,
    flags: {
      ...(flags.host === undefined ? {} : { 'server.host': flags.host }),
      ...(flags.port === undefined ? {} : { 'server.port': flags.port }),
      ...(flags.workers === undefined ? {} : { 'server.workers': flags.workers }),
    },
  });
}
