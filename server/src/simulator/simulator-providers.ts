/** Environment variables that point Weir, or any official client, at a simulator instead of the providers. */
export interface SimulatorProviders {
  OPENAI_API_KEY: string;
  OPENAI_BASE_URL: string;
  ANTHROPIC_API_KEY: string;
  ANTHROPIC_BASE_URL: string;
  GROQ_API_KEY: string;
  GROQ_BASE_URL: string;
  HF_TOKEN: string;
  HF_BASE_URL: string;
}

/** Base URLs are written as each provider's own client expects them. */
export function simulatorProviders(url: string): SimulatorProviders {
  const root = url.replace(/\/+$/, '');
  return {
    OPENAI_API_KEY: 'sim-openai-0000000000000000',
    OPENAI_BASE_URL: `${root}/v1`,
    ANTHROPIC_API_KEY: 'sim-anthropic-0000000000000000',
    ANTHROPIC_BASE_URL: root,
    GROQ_API_KEY: 'sim-groq-0000000000000000',
    GROQ_BASE_URL: `${root}/openai/v1`,
    HF_TOKEN: 'hf_sim0000000000000000',
    HF_BASE_URL: `${root}/hf/v1`,
  };
}
