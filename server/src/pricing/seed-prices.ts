/** Prices the product promises for its first models, in USD per million tokens; they stand before the catalogue. */
export const SEED_PRICES: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  'openai/gpt-4': { input: 30, output: 60 },
  'openai/gpt-3.5-turbo': { input: 0.5, output: 1.5 },
  'groq/mixtral-8x7b-32768': { input: 0.27, output: 0.27 },
  'groq/llama-3.3-70b-versatile': { input: 0.59, output: 0.79 },
  'groq/llama-3.1-70b-versatile': { input: 0.59, output: 0.79 },
};
