import type { Environment } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import { TargetBook } from '../../gateway/routing/targets.ts';
import { isWeirError } from '../../kernel/errors.ts';
import { configuredProviders } from '../providers/providers.ts';
import { configuredRoutes } from '../providers/routes.ts';

const NO_RANKING = {
  random: () => 0,
  latencyMs: () => undefined,
  price: () => undefined,
  sessionPoint: undefined,
};

/** One line per route target that leads nowhere. Throws `config.invalid` for providers that cannot be made. */
export function unresolvedTargets(config: Config, environment: Environment): string[] {
  const book = new TargetBook(configuredProviders(config, environment), []);
  return configuredRoutes(config).flatMap((route) =>
    route.targets.flatMap((target, at) => {
      try {
        book.resolve(target.model, NO_RANKING);
        return [];
      } catch (thrown) {
        if (!isWeirError(thrown)) throw thrown;
        return [`routes.${route.name}.targets.${at}: ${thrown.message.replace(/^model: /, '')}`];
      }
    }),
  );
}
