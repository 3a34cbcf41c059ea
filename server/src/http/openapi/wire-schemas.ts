import { z } from 'zod';

/** Body and reply of a route that speaks a provider's wire: the fields it cannot do without; the rest is the wire's. */
export interface WireSchema {
  readonly body?: z.ZodType;
  /** The body is a form with files, as the wire has it, not JSON. */
  readonly isForm?: boolean;
  readonly reply?: z.ZodType;
}

const model = z.string().describe('provider/model, a model of GET /v1/models, or a route');
const anything = z.unknown();
const stream = z.boolean().optional();
const objects = z.array(z.looseObject({}));

const modelList = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });
const file = z.looseObject({ id: z.string(), object: z.string() });
const deleted = z.looseObject({ id: z.string(), deleted: z.boolean() });
const batch = z.looseObject({ id: z.string(), object: z.string(), status: z.string() });
const messageBatch = z.looseObject({ id: z.string(), type: z.literal('message_batch'), processing_status: z.string() });
const images = z.looseObject({ created: z.number().int(), data: objects });
/** The content of a file in a form. */
const upload = z.string().meta({ format: 'binary' });

/** By method and documented path. */
export const WIRE_SCHEMAS: Readonly<Record<string, WireSchema>> = {
  'POST /v1/chat/completions': {
    body: z.looseObject({ model, messages: z.array(z.looseObject({ role: z.string() })).min(1), stream }),
    reply: z.looseObject({ id: z.string(), object: z.string(), model: z.string(), choices: objects }),
  },
  'POST /v1/completions': {
    body: z.looseObject({ model, prompt: anything, stream }),
    reply: z.looseObject({ id: z.string(), object: z.string(), model: z.string(), choices: objects }),
  },
  'POST /v1/responses': {
    body: z.looseObject({ model, input: anything, stream, store: z.boolean().optional() }),
    reply: z.looseObject({ id: z.string(), object: z.string(), status: z.string(), output: objects }),
  },
  'POST /v1/responses/input_tokens': {
    body: z.looseObject({ model, input: anything }),
    reply: z.looseObject({ object: z.string(), input_tokens: z.number().int() }),
  },
  'GET /v1/responses/:id': {
    reply: z.looseObject({ id: z.string(), object: z.string(), status: z.string(), output: objects }),
  },
  'DELETE /v1/responses/:id': { reply: deleted },
  'POST /v1/responses/:id/cancel': { reply: z.looseObject({ id: z.string(), status: z.string() }) },
  'GET /v1/responses/:id/input_items': { reply: z.looseObject({ object: z.string(), data: objects }) },
  'POST /v1/embeddings': {
    body: z.looseObject({ model, input: anything }),
    reply: z.looseObject({ object: z.string(), model: z.string(), data: objects }),
  },
  'POST /v1/moderations': {
    body: z.looseObject({ model: model.optional(), input: anything }),
    reply: z.looseObject({ id: z.string(), model: z.string(), results: objects }),
  },
  'GET /v1/models': { reply: modelList },
  'GET /v1/models/*': { reply: z.looseObject({ id: z.string() }) },
  'POST /v1/messages': {
    body: z.looseObject({
      model,
      max_tokens: z.number().int(),
      messages: z.array(z.looseObject({ role: z.string() })).min(1),
      stream,
    }),
    reply: z.looseObject({
      id: z.string(),
      type: z.literal('message'),
      model: z.string(),
      content: objects,
      stop_reason: z.string().nullable(),
      usage: z.looseObject({ input_tokens: z.number().int(), output_tokens: z.number().int() }),
    }),
  },
  'POST /v1/messages/count_tokens': {
    body: z.looseObject({ model, messages: z.array(z.looseObject({ role: z.string() })) }),
    reply: z.looseObject({ input_tokens: z.number().int() }),
  },
  'POST /v1/messages/batches': {
    body: z.looseObject({
      requests: z.array(z.looseObject({ custom_id: z.string(), params: z.looseObject({ model }) })).min(1),
    }),
    reply: messageBatch,
  },
  'GET /v1/messages/batches': { reply: z.looseObject({ data: z.array(messageBatch), has_more: z.boolean() }) },
  'GET /v1/messages/batches/:id': { reply: messageBatch },
  'DELETE /v1/messages/batches/:id': { reply: z.looseObject({ id: z.string(), type: z.string() }) },
  'POST /v1/messages/batches/:id/cancel': { reply: messageBatch },
  'POST /v1/images/generations': {
    body: z.looseObject({ model: model.optional(), prompt: z.string() }),
    reply: images,
  },
  'POST /v1/images/edits': {
    body: z.looseObject({ model: model.optional(), image: upload, prompt: z.string() }),
    isForm: true,
    reply: images,
  },
  'POST /v1/images/variations': {
    body: z.looseObject({ model: model.optional(), image: upload }),
    isForm: true,
    reply: images,
  },
  'POST /v1/audio/transcriptions': {
    body: z.looseObject({ model, file: upload }),
    isForm: true,
    reply: z.looseObject({ text: z.string() }),
  },
  'POST /v1/audio/translations': {
    body: z.looseObject({ model, file: upload }),
    isForm: true,
    reply: z.looseObject({ text: z.string() }),
  },
  'POST /v1/audio/speech': { body: z.looseObject({ model, input: z.string(), voice: anything }) },
  'POST /v1/files': { body: z.looseObject({ file: upload, purpose: z.string() }), isForm: true, reply: file },
  'GET /v1/files': { reply: z.looseObject({ object: z.string(), data: z.array(file) }) },
  'GET /v1/files/:id': { reply: file },
  'DELETE /v1/files/:id': { reply: deleted },
  'POST /v1/batches': {
    body: z.looseObject({ input_file_id: z.string(), endpoint: z.string(), completion_window: z.string() }),
    reply: batch,
  },
  'GET /v1/batches': { reply: z.looseObject({ object: z.string(), data: objects }) },
  'GET /v1/batches/:id': { reply: batch },
  'POST /v1/batches/:id/cancel': { reply: batch },
};
