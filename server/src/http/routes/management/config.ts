import { type ConfigValue, configValueSchema } from '@weir/contract';
import { z } from 'zod';
import type { RouteSpec } from '../../route.ts';

/** The configuration as it is in force. `explain` gives every value with who set it, secrets masked. */
export function configRoutes({ explain }: { readonly explain: () => readonly ConfigValue[] }): RouteSpec[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/config',
      permission: 'admin',
      errors: 'weir',
      tag: 'Configuration',
      summary: 'Every value of the configuration in force and where it came from, secrets masked',
      reply: z.object({ data: z.array(configValueSchema) }),
      handle: () => ({ data: explain() }),
    },
  ];
}
