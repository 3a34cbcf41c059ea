import type { Quirks } from '../ports/protocol.ts';
import type { Access, EndpointCall, OutgoingRequest, ProviderDefinition } from '../ports/provider.ts';
import { bedrockClaudeUpstream } from '../protocols/bedrock-converse/claude-upstream.ts';
import { bedrockEmbeddings } from '../protocols/bedrock-converse/embeddings.ts';
import { bedrockConverseUpstream } from '../protocols/bedrock-converse/upstream.ts';
import { keyPattern } from './auth/key-pattern.ts';
import { awsRegion, bedrockBaseUrl, parseAwsCredentials } from './aws/credentials.ts';
import { signRequest } from './aws/sign-request.ts';
import { withoutSlashes } from './endpoint/api-root.ts';
import { pathSegment } from './endpoint/path-segment.ts';
import { bedrockModels } from './models/bedrock.ts';
import { claudeQuirks } from './quirks/claude-quirks.ts';

const DEFAULT_BASE_URL = bedrockBaseUrl('us-east-1');
const OWN =
  /^(?:[a-z-]+\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|nvidia|openai|qwen|stability|writer)\.[a-z]/;
/** Families that Converse gives no schema to hold to. */
const UNSTRUCTURED =
  /amazon\.|meta\.llama|cohere\.|ai21\.|writer\.|deepseek\.r1|mistral\.(?:mi[sx]tral-(?:7b|8x7b|large-24|small-24)|pixtral)/;
const ACCESS_KEY = /^A[A-Z]{3}[A-Z0-9]{12,}:/;
const PLAIN: Quirks = {};
const NO_SCHEMA: Quirks = { noJsonSchema: true };

/** Claude goes through InvokeModel, which keeps Anthropic's wire whole; every other model through Converse. */
export const bedrock: ProviderDefinition = {
  type: 'bedrock',
  title: 'Amazon Bedrock',
  environment: {
    apiKey: ['AWS_BEARER_TOKEN_BEDROCK'],
    apiKeyParts: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
    baseUrl: ['BEDROCK_BASE_URL', 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
    model: 'BEDROCK_MODEL',
    settings: { region: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  },
  defaultBaseUrl: DEFAULT_BASE_URL,
  keyPattern: keyPattern(),
  defaultModel: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  chat: [bedrockConverseUpstream, bedrockClaudeUpstream],
  chatFor: (model) => (isClaude(model) ? bedrockClaudeUpstream : bedrockConverseUpstream),
  embeddings: bedrockEmbeddings,
  passThrough: [],
  models: bedrockModels,
  ownsModel: (model) => OWN.test(model) || model.startsWith('arn:aws'),
  quirks(model) {
    if (isClaude(model)) return claudeOnBedrock(model);
    return UNSTRUCTURED.test(model) ? NO_SCHEMA : PLAIN;
  },
  endpoint: (call) => ({ url: `${rootOf(call)}/model/${pathSegment(call.model)}/${actionOf(call)}` }),
  authorize,
};

function isClaude(model: string): boolean {
  return model.includes('claude');
}

function claudeOnBedrock(model: string): Quirks {
  return {
    ...claudeQuirks(model),
    setFields: { anthropic_version: 'bedrock-2023-05-31' },
    removeFields: ['model', 'stream'],
  };
}

/** A region in the settings chooses the address, unless another one was configured. */
function rootOf({ baseUrl, settings }: EndpointCall): string {
  const { region } = settings;
  const root = withoutSlashes(baseUrl);
  return root === DEFAULT_BASE_URL && typeof region === 'string' ? bedrockBaseUrl(region) : root;
}

function actionOf({ wire, stream }: EndpointCall): string {
  if (wire === 'bedrock-converse') return stream ? 'converse-stream' : 'converse';
  return stream ? 'invoke-with-response-stream' : 'invoke';
}

/** An API key of Bedrock is sent as it is; ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN] signs the request. */
function authorize(request: OutgoingRequest, { secret, settings, nowMs }: Access): void {
  if (!ACCESS_KEY.test(secret)) {
    request.headers.authorization = `Bearer ${secret}`;
    return;
  }
  const { region } = settings;
  const url = new URL(request.url);
  const signature = signRequest({
    method: request.method,
    url,
    headers: request.headers,
    body: request.body ?? Buffer.alloc(0),
    region: awsRegion({ region: typeof region === 'string' ? region : undefined, baseUrl: request.url }),
    service: 'bedrock',
    credentials: parseAwsCredentials(secret),
    nowMs,
  });
  Object.assign(request.headers, signature);
}
