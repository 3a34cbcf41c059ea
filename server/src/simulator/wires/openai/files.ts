import type { Exchange, Route } from '../../exchange.ts';
import type { JsonObject } from '../../json.ts';
import { newId } from '../../new-id.ts';
import type { StoredFile } from '../../stored-objects.ts';
import type { World } from '../../world.ts';
import { openAiFamily as family, openAiFieldError, openAiNotFound } from './family.ts';

export const filesRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/files', family, handle: upload },
  { method: 'GET', path: '/v1/files', family, handle: list },
  { method: 'GET', path: '/v1/files/:id', family, handle: (exchange) => exchange.reply.json(findFile(exchange).file) },
  { method: 'GET', path: '/v1/files/:id/content', family, handle: download },
  { method: 'DELETE', path: '/v1/files/:id', family, handle: remove },
];

export function keepFile(
  world: World,
  { bytes, filename, purpose }: { bytes: Buffer; filename: string; purpose: string },
): JsonObject {
  const id = newId('file-');
  const file = {
    id,
    object: 'file',
    bytes: bytes.length,
    created_at: Math.floor(Date.now() / 1000),
    expires_at: null,
    filename,
    purpose,
    status: 'processed',
    status_details: null,
  };
  world.files.put(id, { file, bytes });
  return file;
}

async function upload({ form, world, reply }: Exchange): Promise<void> {
  const file = form?.files.find((each) => each.name === 'file');
  const purpose = form?.fields.purpose;
  if (!file || purpose === undefined) {
    const path = file ? 'purpose' : 'file';
    throw openAiFieldError({ path, problem: 'missing', expected: 'a multipart field', got: 'nothing' });
  }
  return reply.json(keepFile(world, { bytes: file.bytes, filename: file.filename, purpose }));
}

async function list({ query, world, reply }: Exchange): Promise<void> {
  const purpose = query.get('purpose');
  const all = world.files.newestFirst().flatMap(({ file }) => (file.object === 'file' ? [file] : []));
  const data = purpose === null ? all : all.filter((file) => file.purpose === purpose);
  return reply.json({
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: false,
  });
}

function findFile({ params, world }: Exchange): StoredFile {
  const found = world.files.get(params.id ?? '');
  if (found?.file.object !== 'file') throw openAiNotFound(`File '${params.id}'`, 'id');
  return found;
}

async function download(exchange: Exchange): Promise<void> {
  return exchange.reply.bytes(findFile(exchange).bytes, 'application/octet-stream');
}

async function remove(exchange: Exchange): Promise<void> {
  findFile(exchange);
  exchange.world.files.delete(exchange.params.id ?? '');
  return exchange.reply.json({ id: exchange.params.id, object: 'file', deleted: true });
}
