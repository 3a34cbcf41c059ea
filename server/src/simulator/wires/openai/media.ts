import { checkFields } from '../../check-fields.ts';
import type { Exchange, Route } from '../../exchange.ts';
import { isObject, type JsonObject, stringOf } from '../../json.ts';
import { writeProse } from '../../mind/prose.ts';
import { hashText } from '../../mind/random.ts';
import { countTokens } from '../../mind/tokens.ts';
import { unknownModel } from '../openai-chat/chat-check.ts';
import { openAiFamily as family, openAiFieldError, openAiRefusal } from './family.ts';

/** A transparent PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const AUDIO_TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

export const mediaRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/images/generations', family, handle: generateImages },
  { method: 'POST', path: '/v1/images/edits', family, handle: generateImages },
  { method: 'POST', path: '/v1/audio/speech', family, handle: speak },
  { method: 'POST', path: '/v1/audio/transcriptions', family, handle: transcribe },
  { method: 'POST', path: '/v1/audio/translations', family, handle: transcribe },
];

/** Edits arrive as a form, generations as JSON. */
async function generateImages({ body, form, reply }: Exchange): Promise<void> {
  const request = requireFields(form?.fields ?? body, ['prompt']);
  const count = Number(request.n ?? 1);
  const prompt = String(request.prompt);
  const asUrl = request.response_format === 'url';
  const image = asUrl
    ? { url: 'https://images.example.com/simulated.png', revised_prompt: prompt }
    : { b64_json: PIXEL, revised_prompt: prompt };
  const input = countTokens(prompt);
  const output = 272 * count;
  return reply.json({
    created: Math.floor(Date.now() / 1000),
    data: Array.from({ length: count }, () => image),
    usage: {
      input_tokens: input,
      input_tokens_details: { text_tokens: input, image_tokens: 0 },
      output_tokens: output,
      total_tokens: input + output,
    },
  });
}

async function speak({ body, reply, world }: Exchange): Promise<void> {
  const request = requireFields(body, ['model', 'input', 'voice']);
  const format = stringOf(request.response_format) ?? 'mp3';
  const type = AUDIO_TYPES[format];
  if (!type) throw openAiRefusal(`Unknown audio format '${format}'.`, 'response_format');
  return reply.bytes(noise(String(request.input), world.seed), type);
}

/** Bytes of a plausible length that are the same for the same text. */
function noise(text: string, seed: number): Buffer {
  const bytes = Buffer.alloc(Math.min(1_000_000, 512 + text.length * 64));
  const start = hashText(`${seed}|${text}`);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = (start >>> (index & 7)) + index * 31;
  return bytes;
}

async function transcribe({ form, reply, world }: Exchange): Promise<void> {
  const file = form?.files.find((each) => each.name === 'file');
  if (!form || !file) {
    throw openAiFieldError({ path: 'file', problem: 'missing', expected: 'a multipart file', got: 'nothing' });
  }
  requireFields(form.fields, ['model']);
  const text = writeProse(`${file.filename} of ${file.bytes.length} bytes`, world.seed);
  const seconds = Math.max(1, Math.round(file.bytes.length / 16_000));
  const format = form.fields.response_format ?? 'json';
  if (format === 'text') return reply.bytes(Buffer.from(`${text}\n`), 'text/plain; charset=utf-8');
  const usage = { type: 'duration', seconds };
  if (format === 'verbose_json')
    return reply.json({ task: 'transcribe', language: 'english', duration: seconds, text, segments: [], usage });
  return reply.json({ text, usage });
}

function requireFields(body: unknown, names: string[]): JsonObject {
  if (!isObject(body)) throw openAiRefusal('The request body must be a JSON object.', 'body');
  const problem = checkFields(
    body,
    names.map((name) => ({ name, kinds: name === 'voice' ? ['string', 'object'] : ['string'], required: true })),
  );
  if (problem) throw openAiFieldError(problem);
  if (body.model === 'missing-model') throw unknownModel('missing-model');
  return body;
}
