/** OpenAI's published vocabularies that chat and embedding models use. */
export type Encoding = 'o200k_base' | 'cl100k_base';

const O200K = /^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-[5-9]|chatgpt-4o|chat-latest|codex-|computer-use|o[1-9](-|$))/;
const CL100K = /^(gpt-4|gpt-3\.5|text-embedding-(3|ada))/;

/** The encoding of an OpenAI model, dated, fine-tuned or `openai/` names included; undefined for models of others. */
export function encodingOf(model: string): Encoding | undefined {
  const name = model.replace(/^(openai|azure-openai)\//, '').replace(/^ft:/, '');
  if (O200K.test(name)) return 'o200k_base';
  return CL100K.test(name) ? 'cl100k_base' : undefined;
}
