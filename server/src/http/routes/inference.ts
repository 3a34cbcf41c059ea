import type { FastifyReply } from 'fastify';
import { invalidRequest } from '../../kernel/errors.ts';
import { type Json, parseJson } from '../../kernel/json.ts';
import type { Call, WholeReply } from '../../ports/call.ts';
import { readAnyUsage } from '../../protocols/usage-formats.ts';
import { type DecodedInference, decodeInference } from '../../protocols/weir-v1/decode.ts';
import { encodeInferenceReply } from '../../protocols/weir-v1/encode.ts';
import { inferenceSchema } from '../../protocols/weir-v1/schemas.ts';
import { readJson } from '../read-json.ts';
import type { RouteSpec, WeirRequest } from '../route.ts';
import { serveCall } from '../serve-call.ts';
import { askedPrompt } from './asked-prompt.ts';
import { type SeedCallServices, serveSeedCall } from './seed-call.ts';

export interface InferenceServices extends SeedCallServices {
  /** True when the provider runs models by raw `{inputs, parameters}` and this model is not a chat model of it. */
  readonly isTaskModel: (provider: string, model: string) => boolean;
}

/** The inference API: a provider, a model and inputs; chat models get a message, task models their raw inputs. */
export function inferenceRoutes(services: InferenceServices): RouteSpec[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/inference',
      permission: 'call',
      errors: 'weir',
      tag: 'Inference',
      summary: 'Run a model of a provider',
      body: inferenceSchema,
      async handle(request, reply) {
        const body = request.body as Buffer;
        const json = readJson(body);
        const decoded = decodeInference(json);
        const { provider, model } = decoded.extras;
        const prompt = askedPrompt(json, body);
        if (services.isTaskModel(provider, model)) {
          if (prompt !== undefined) throw invalidRequest('prompt', `${model} is no chat model: it takes inputs`);
          return serveTask(request, reply, { decoded, services });
        }
        if (decoded.chat === undefined)
          throw invalidRequest('inputs', `${model} is a chat model: inputs must be a text`);
        await serveSeedCall(request, reply, {
          call: {
            ...{ wire: 'inference', chat: decoded.chat, body, json, encode: encodeInferenceReply },
            prompt,
          },
          services,
        });
      },
    },
  ];
}

async function serveTask(
  request: WeirRequest,
  reply: FastifyReply,
  of: { decoded: DecodedInference; services: InferenceServices },
): Promise<void> {
  const { decoded, services } = of;
  const { provider, model, inputs, config } = decoded.extras;
  const task = { inputs, ...(Object.keys(config).length === 0 ? {} : { parameters: config }) };
  const body = Buffer.from(JSON.stringify(task));
  reply.hijack();
  await serveCall(request, reply.raw, {
    services,
    spec: {
      operation: 'raw-task',
      wire: 'inference',
      shape: 'weir',
      payload: {
        kind: 'pass-through',
        method: 'POST',
        path: `/models/${model.split('/').map(encodeURIComponent).join('/')}`,
        contentType: 'application/json',
        body,
        json: undefined,
        promptCharacters: body.length,
        readUsage: readAnyUsage,
      },
      models: [model.startsWith(`${provider}/`) ? model : `${provider}/${model}`],
      stream: false,
      bodyUser: undefined,
      limits: services.timeLimits.seed,
      clientHeaders: {},
      finalBody: (call) => Buffer.from(JSON.stringify(taskReply(call, provider, model))),
      streamError: () => '',
    },
  });
}

/** JSON as it is, text as text; sounds and images as base64 with their type. */
function taskOutput({ body, contentType }: WholeReply): Json {
  if (!/json|^text\//.test(contentType)) return { content_type: contentType, base64: body.toString('base64') };
  const text = body.toString('utf8');
  return parseJson(text) ?? text;
}

function taskReply(call: Call, provider: string, model: string) {
  return {
    output: call.reply === undefined ? null : taskOutput(call.reply),
    provider,
    model,
    tokens: call.record?.tokens_used ?? 0,
    duration: (call.record?.response_time_ms ?? 0) / 1000,
    inference_id: call.id,
  };
}
