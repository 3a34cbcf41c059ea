import type { Exchange } from '../../exchange.ts';
import type { JsonObject } from '../../json.ts';
import { newId } from '../../new-id.ts';
import type { StoredFile } from '../../stored-objects.ts';
import { WireError } from '../../wire-error.ts';
import { anthropicRefusal } from './family.ts';

/** Anthropic's files share their paths with OpenAI's; each side sees only its own. */
function isOwn(file: JsonObject): boolean {
  return file.type === 'file';
}

export async function uploadFile({ form, world, reply }: Exchange): Promise<void> {
  const upload = form?.files.find((each) => each.name === 'file');
  if (!upload) throw anthropicRefusal('file: Field required', 'file');
  const file = {
    type: 'file',
    id: newId('file_01'),
    filename: upload.filename,
    mime_type: upload.contentType,
    size_bytes: upload.bytes.length,
    created_at: new Date().toISOString(),
    downloadable: true,
  };
  world.files.put(file.id, { file, bytes: upload.bytes });
  return reply.json(file);
}

export async function listFiles({ world, reply }: Exchange): Promise<void> {
  const data = world.files.newestFirst().flatMap(({ file }) => (isOwn(file) ? [file] : []));
  return reply.json({ data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
}

export async function showFile(exchange: Exchange): Promise<void> {
  return exchange.reply.json(find(exchange).file);
}

export async function downloadFile(exchange: Exchange): Promise<void> {
  const { file, bytes } = find(exchange);
  return exchange.reply.bytes(bytes, String(file.mime_type));
}

export async function deleteFile(exchange: Exchange): Promise<void> {
  const id = find(exchange).file.id;
  exchange.world.files.delete(String(id));
  return exchange.reply.json({ id, type: 'file_deleted' });
}

function find({ params, world }: Exchange): StoredFile {
  const found = world.files.get(params.id ?? '');
  if (found && isOwn(found.file)) return found;
  throw new WireError({ status: 404, type: 'not_found_error', message: `File not found: ${params.id}` });
}
