import { WeirError } from '../kernel/errors.ts';
import type { Quirks } from '../ports/protocol.ts';
import type { Access, EndpointCall, OutgoingRequest, ProviderDefinition } from '../ports/provider.ts';
import { anthropicMessagesUpstream } from '../protocols/anthropic-messages/upstream.ts';
import { vertexEmbeddings } from '../protocols/gemini-generate/embeddings.ts';
import { geminiGenerateUpstream } from '../protocols/gemini-generate/upstream.ts';
import { apiRoot, withoutSlashes } from './endpoint/api-root.ts';
import { pathSegment } from './endpoint/path-segment.ts';
import { createGoogleAccessTokens } from './google/access-tokens.ts';
import { geminiAction } from './google/gemini-action.ts';
import { vertexModels } from './models/vertex.ts';
import { claudeQuirks } from './quirks/claude-quirks.ts';

const DEFAULT_BASE_URL = 'https://aiplatform.googleapis.com';
const NAME_PART = /^[a-z0-9][a-z0-9.:-]{0,62}$/;
const PLAIN: Quirks = {};
const accessTokens = createGoogleAccessTokens();

/** Google's and Anthropic's models on Vertex AI, each in its own wire. */
export const vertex: ProviderDefinition = {
  type: 'vertex',
  title: 'Google Vertex AI',
  environment: {
    apiKey: ['VERTEX_CREDENTIALS', 'GOOGLE_APPLICATION_CREDENTIALS_JSON'],
    baseUrl: ['VERTEX_BASE_URL'],
    model: 'VERTEX_MODEL',
    settings: {
      project: ['VERTEX_PROJECT', 'ANTHROPIC_VERTEX_PROJECT_ID', 'GOOGLE_CLOUD_PROJECT'],
      region: ['VERTEX_LOCATION', 'GOOGLE_CLOUD_LOCATION', 'CLOUD_ML_REGION'],
    },
  },
  defaultBaseUrl: DEFAULT_BASE_URL,
  // A service-account key or a ready access token.
  keyPattern: /^(?:\s*\{[\s\S]*\}\s*|[\x21-\x7e]{4,})$/,
  defaultModel: 'gemini-2.5-flash',
  chat: [geminiGenerateUpstream, anthropicMessagesUpstream],
  chatFor: (model) => (isClaude(model) ? anthropicMessagesUpstream : geminiGenerateUpstream),
  embeddings: vertexEmbeddings,
  passThrough: [],
  models: vertexModels,
  quirks: (model) => (isClaude(model) ? claudeOnVertex(model) : PLAIN),
  endpoint(call) {
    const publisher = isClaude(call.model) ? 'anthropic' : 'google';
    const model = pathSegment(call.model).replaceAll('%40', '@');
    return { url: `${rootOf(call)}/publishers/${publisher}/models/${model}:${actionOf(call)}` };
  },
  authorize,
};

function isClaude(model: string): boolean {
  return model.startsWith('claude');
}

function claudeOnVertex(model: string): Quirks {
  return { ...claudeQuirks(model), setFields: { anthropic_version: 'vertex-2023-10-16' }, removeFields: ['model'] };
}

function actionOf(call: EndpointCall): string {
  if (call.wire !== 'anthropic-messages') return geminiAction(call);
  return call.stream ? 'streamRawPredict' : 'rawPredict';
}

function rootOf({ baseUrl, settings }: EndpointCall): string {
  const region = namePart(settings.region ?? settings.location ?? 'global', 'region');
  const project = namePart(settings.project, 'project');
  const base = withoutSlashes(baseUrl) === DEFAULT_BASE_URL ? regionalBaseUrl(region) : baseUrl;
  return `${apiRoot(base)}/projects/${project}/locations/${region}`;
}

function regionalBaseUrl(region: string): string {
  return region === 'global' ? DEFAULT_BASE_URL : `https://${region}-aiplatform.googleapis.com`;
}

function namePart(value: unknown, setting: string): string {
  if (typeof value === 'string' && NAME_PART.test(value)) return value;
  throw new WeirError('config.invalid', {
    param: setting,
    message: `vertex needs "${setting}" in its configuration: lower-case letters, digits and hyphens.`,
  });
}

/** A service-account key is exchanged for a token, an access token is sent as it is, nothing asks the machine's account. */
async function authorize(request: OutgoingRequest, { secret, nowMs, fetch }: Access): Promise<void> {
  const isToken = secret !== '' && !secret.trimStart().startsWith('{');
  const token = isToken ? secret : await accessTokens({ credential: secret, nowMs, fetch });
  request.headers.authorization = `Bearer ${token}`;
}
