import { startedExecutionSchema } from '@weir/contract';
import { z } from 'zod';
import type { RouteSpec } from '../../route.ts';
import type { WorkflowRouteServices } from './services.ts';

/** Webhooks: their signature stands for a key. */
export function hookRoutes({ triggers }: Pick<WorkflowRouteServices, 'triggers'>): RouteSpec[] {
  return [
    {
      ...{ errors: 'weir', tag: 'Workflows', method: 'POST', permission: 'public' },
      path: '/api/workflows/:id/hooks/:name',
      summary: "Deliver a webhook: the body is the run's input, x-weir-signature its HMAC",
      body: z.unknown(),
      reply: startedExecutionSchema,
      status: 202,
      async handle(request) {
        const { id, name } = request.params as { id: string; name: string };
        const signature = request.headers['x-weir-signature'];
        const { executionId } = await triggers.deliver({
          ...{ workflowId: id, name, signature: typeof signature === 'string' ? signature : undefined },
          body: request.body instanceof Buffer ? request.body : Buffer.alloc(0),
        });
        return { id: executionId, execution_id: executionId, status: 'pending' };
      },
    },
  ];
}
