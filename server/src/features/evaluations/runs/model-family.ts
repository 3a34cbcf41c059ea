const FAMILIES: readonly (readonly [family: string, names: RegExp])[] = [
  ['GPT', /\b(?:gpt|chatgpt|o[1-9]|codex|text-davinci)/],
  ['Claude', /claude/],
  ['Gemini', /\b(?:gemini|gemma)/],
  ['Llama', /llama/],
  ['Mistral', /\b(?:mistral|mixtral|ministral|magistral|codestral|pixtral)/],
  ['Qwen', /\bqw(?:en|q)/],
  ['DeepSeek', /deepseek/],
  ['Command', /\b(?:command|c4ai|aya)/],
  ['Grok', /\bgrok/],
  ['Nova', /\bnova/],
  ['Phi', /\bphi/],
];

/** Whose model it is, by its name: models of one family like each other's answers. Undefined: the name does not say (a route). */
export function modelFamily(model: string): string | undefined {
  const [provider = '', ...rest] = model.toLowerCase().split('/');
  const name = rest.length === 0 ? provider : rest.join('/');
  return FAMILIES.find(([, names]) => names.test(name))?.[0];
}
