import type { IncomingHttpHeaders } from 'node:http';
import type { Route } from '../../exchange.ts';
import { anthropicFamily as family } from './family.ts';
import { deleteFile, downloadFile, listFiles, showFile, uploadFile } from './files.ts';
import { messageBatchRoutes } from './message-batches.ts';
import { countMessageTokens, createMessage } from './messages.ts';
import { anthropicModel, listAnthropicModels } from './models.ts';

const when = (headers: IncomingHttpHeaders) => headers['anthropic-version'] !== undefined;

/** Models and files are shared ground: the `anthropic-version` header makes them Anthropic's. */
export const anthropicRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/messages', family, handle: createMessage },
  { method: 'POST', path: '/v1/messages/count_tokens', family, handle: countMessageTokens },
  ...messageBatchRoutes,
  { method: 'GET', path: '/v1/models', family, when, handle: listAnthropicModels },
  { method: 'GET', path: '/v1/models/:id*', family, when, handle: anthropicModel },
  { method: 'POST', path: '/v1/files', family, when, handle: uploadFile },
  { method: 'GET', path: '/v1/files', family, when, handle: listFiles },
  { method: 'GET', path: '/v1/files/:id', family, when, handle: showFile },
  { method: 'GET', path: '/v1/files/:id/content', family, when, handle: downloadFile },
  { method: 'DELETE', path: '/v1/files/:id', family, when, handle: deleteFile },
];
