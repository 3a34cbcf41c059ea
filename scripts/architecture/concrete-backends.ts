import { BACKEND_FOLDER, roomOfPath } from './rooms.ts';
import type { Rule } from './rule.ts';
import { isProduct } from './source-tree.ts';

/** Where a driver may be imported; the composition root may hand all of them out. */
const DRIVERS: Readonly<Record<string, RegExp>> = {
  'node:sqlite': /^server\/src\/storage\/sqlite\//,
  pg: /^server\/src\/storage\/postgres\//,
  ioredis: /^server\/src\/shared-state\/redis\//,
  '@clickhouse/client': /^server\/src\/(storage\/clickhouse|features\/log-sampling)\//,
  undici: /^server\/src\/egress\//,
};

/** Only the composition root names concrete backends; drivers stay behind the adapter that wraps them. */
export const concreteBackends: Rule = {
  name: 'concrete-backends',
  appliesTo: isProduct,
  check(file) {
    const room = roomOfPath(file.path);
    return file.imports.flatMap(({ specifier, target, line }) => {
      const home = DRIVERS[specifier];
      if (home && room !== 'compose' && !home.test(file.path)) {
        return [
          {
            line,
            message: `'${specifier}' is a concrete backend; use its port, only its adapter and compose name it.`,
          },
        ];
      }
      const isForeignBackend = target !== undefined && BACKEND_FOLDER.test(target) && roomOfPath(target) !== room;
      if (isForeignBackend && room !== 'compose') {
        return [{ line, message: `${target} is a concrete backend; only compose may name it.` }];
      }
      return [];
    });
  },
};
