/** 2.5 for `gemini-2.5-flash-lite`; Infinity for names without a version, which are the newest. */
export function geminiVersion(model: string): number {
  const version = /gemini-(\d+(?:\.\d+)?)/.exec(model)?.[1];
  return version === undefined ? Number.POSITIVE_INFINITY : Number(version);
}
