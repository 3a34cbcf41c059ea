import { changedSettings } from '../../config/changed-settings.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { DEFAULT_FILE } from '../../config/read-config.ts';
import { watchFile } from '../../config/watch.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { systemClock } from '../system-clock.ts';

export interface ConfigReload {
  /** Signals and changes of the file mean nothing from here on. */
  close(): void;
}

export interface FollowedConfig {
  /** As given on the command line; undefined means `weir.yaml`, when it is there. */
  readonly file: string | undefined;
  readonly loaded: LoadedConfig;
  /** Reads everything again. Throws `config.invalid`. */
  readonly read: () => LoadedConfig;
  /** Puts a configuration in force, or throws and changes nothing. */
  readonly apply: (loaded: LoadedConfig) => void;
  readonly log: Logger;
}

/** Reads the configuration again on SIGHUP and when the file changes; what cannot be used leaves the old one in force. */
export function followConfig(of: FollowedConfig): ConfigReload {
  const { log } = of;
  let current = of.loaded;
  const reload = (cause: string) => {
    try {
      const loaded = of.read();
      const { applied, needRestart } = changedSettings(current.config, loaded.config);
      of.apply(loaded);
      current = loaded;
      const line = { event: 'config_reloaded', cause, changed: applied, need_restart: needRestart };
      if (needRestart.length === 0) log.info(line, 'configuration read again');
      else log.warn(line, `configuration read again; these wait for a restart: ${needRestart.join(', ')}`);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      log.error(
        { event: 'config_reload_failed', cause, error: reason },
        'the configuration cannot be used; the old one stays in force',
      );
    }
  };
  const onSignal = () => reload('SIGHUP');
  process.on('SIGHUP', onSignal);
  const watch = watchFile({
    file: of.file ?? DEFAULT_FILE,
    after: (delayMs, run) => systemClock.after(delayMs, run),
    onChange: () => reload('file'),
    onError: (error) =>
      log.warn(
        { event: 'config_watch_failed', error: error.message },
        'changes of the configuration file are not noticed; SIGHUP still works',
      ),
  });
  return {
    close() {
      process.off('SIGHUP', onSignal);
      watch.close();
    },
  };
}
