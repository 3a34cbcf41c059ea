import { mistralChatUpstream } from '../../server/src/providers/mistral/mistral-chat.ts';
import { protocolContract } from './protocol.contract.ts';
import { COHERE } from './provider-wires/cohere.ts';
import { CONVERSE } from './provider-wires/converse.ts';
import { GEMINI } from './provider-wires/gemini.ts';
import { BEDROCK_CLAUDE, CLIENTS } from './provider-wires/weir-wires.ts';

const WEIRS_OWN = CLIENTS.map(({ provider }) => provider);
/** OpenAI's wire with its own manners. */
const MISTRAL = WEIRS_OWN.filter(({ name }) => name === 'openai-chat').map((provider) => ({
  ...provider,
  name: 'mistral',
  upstream: mistralChatUpstream,
}));
const PROVIDERS = [...WEIRS_OWN, ...MISTRAL, GEMINI, COHERE, CONVERSE, BEDROCK_CLAUDE];

for (const client of CLIENTS) {
  for (const provider of PROVIDERS) protocolContract(client, provider);
}
