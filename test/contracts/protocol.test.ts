import { protocolContract } from './protocol.contract.ts';
import { COHERE } from './provider-wires/cohere.ts';
import { CONVERSE } from './provider-wires/converse.ts';
import { GEMINI } from './provider-wires/gemini.ts';
import { BEDROCK_CLAUDE, CLIENTS } from './provider-wires/weir-wires.ts';

const PROVIDERS = [...CLIENTS.map(({ provider }) => provider), GEMINI, COHERE, CONVERSE, BEDROCK_CLAUDE];

for (const client of CLIENTS) {
  for (const provider of PROVIDERS) protocolContract(client, provider);
}
