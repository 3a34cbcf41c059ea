import { expect, onTestFinished, test } from 'vitest';
import { startWeir } from '../../../../test/support/weir.ts';
import type { OpenApiDocument } from './document.ts';

/** Replies that are no JSON of ours: bytes, pages, and Weir's own words to a client's probe. */
const NO_REPLY_SCHEMA = [
  'GET /api/hello',
  'GET /api/docs',
  'GET /api/openapi.json',
  // Server-sent events.
  'GET /api/executions/{id}/events',
  'GET /api/v1/live',
  'GET /v1/files/{id}/content',
  'GET /v1/messages/batches/{id}/results',
  'POST /v1/audio/speech',
];
const PROBES = /^GET \/(livez|readyz|metrics)$/;
/** POST routes that need no body. */
const NO_BODY = /\/(cancel|rotate)$/;

test('the running server documents the body and the reply of every operation', async () => {
  const weir = await startWeir();
  onTestFinished(() => weir.stop());
  const reply = await weir.api('GET /api/openapi.json', undefined, { authorization: '' });
  expect(reply.status).toBe(200);
  const document = reply.json as OpenApiDocument;
  const silent: string[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const [success] = Object.entries(operation.responses).filter(([status]) => status !== 'default');
      const hasReply = JSON.stringify(success?.[1]).includes('"schema"');
      if (!hasReply && !NO_REPLY_SCHEMA.includes(name) && !PROBES.test(name)) silent.push(`${name}: no reply`);
      const needsBody = /^(post|put|patch)$/.test(method) && !NO_BODY.test(path);
      if (needsBody && operation.requestBody === undefined) silent.push(`${name}: no body`);
    }
  }
  expect(silent).toEqual([]);
  expect(Object.keys(document.paths).length).toBeGreaterThan(30);
});
