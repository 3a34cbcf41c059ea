/** The prefixes under which each wire's paths are served; the first is the documented one. */
export const OPENAI_PREFIXES = ['/v1', '', '/openai/v1', '/openai'] as const;
export const ANTHROPIC_PREFIXES = ['/v1', '', '/anthropic/v1', '/anthropic'] as const;
