import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { WeirError } from '../../kernel/errors.ts';

/** Largest request, as it is without compression. */
export const MOST_BYTES = 16 * 2 ** 20;

const inflate = promisify(gunzip);

/** The bytes of a body without its compression, which its first bytes show whatever the headers say. Throws `request.*`. */
export async function openBody(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (isGzip(body)) return await unzip(body);
  if (encoding !== undefined && encoding !== 'identity' && encoding !== 'gzip') {
    throw new WeirError('request.invalid', {
      status: 415,
      param: 'content-encoding',
      message: 'content-encoding: logs are taken with gzip or without compression.',
    });
  }
  if (body.length > MOST_BYTES) throw tooLarge();
  return body;
}

function isGzip(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}

async function unzip(body: Buffer): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new WeirError('request.invalid', { param: 'body', message: 'The body is not complete gzip.', cause });
  }
}

function tooLarge(): WeirError {
  return new WeirError('request.too_large', {
    message: `The logs are larger than ${MOST_BYTES} bytes without compression. Send smaller batches.`,
    details: { limit: MOST_BYTES },
  });
}
