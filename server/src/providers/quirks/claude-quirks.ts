import type { Quirks } from '../../ports/protocol.ts';

const MODEL =
  /claude-(?:(?<family>opus|sonnet|haiku|fable|mythos)-(?<major>\d)(?:[-.](?<minor>\d)(?!\d))?|(?<old>[23])(?:[-.](?<oldMinor>\d)(?!\d))?)/;
/** An output limit for clients that set none: the wire needs one, and nobody wants a reply cut short by our guess. */
const DEFAULT_MAX_TOKENS = 32_000;

/** What a Claude model takes, read from the version in its name, so it holds on every cloud and for new dates too. */
export function claudeQuirks(model: string): Quirks {
  const version = claudeVersion(model);
  if (version < 4.5) {
    return { noJsonSchema: true, defaultMaxTokens: oldMaxTokens(version) };
  }
  if (version < 4.6) return { defaultMaxTokens: DEFAULT_MAX_TOKENS };
  const isOnlyDeep = version < 4.7;
  return {
    defaultMaxTokens: DEFAULT_MAX_TOKENS,
    adaptiveThinking: true,
    efforts: isOnlyDeep ? ['low', 'medium', 'high', 'max'] : ['low', 'medium', 'high', 'xhigh', 'max'],
    ...(isOnlyDeep ? {} : { noSampling: true }),
  };
}

/** 4.5 for `claude-sonnet-4-5-20250929` or `global.anthropic.claude-sonnet-4-5-v1:0`; a name without a version is new. */
export function claudeVersion(model: string): number {
  const groups = MODEL.exec(model)?.groups;
  if (groups === undefined) return /claude-(?:instant|v\d)/.test(model) ? 2 : 5;
  const major = Number(groups.major ?? groups.old);
  const minor = Number(groups.minor ?? groups.oldMinor ?? 0);
  return major + minor / 10;
}

function oldMaxTokens(version: number): number {
  if (version < 3.5) return 4096;
  return version < 3.7 ? 8192 : DEFAULT_MAX_TOKENS;
}
