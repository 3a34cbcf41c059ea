/**
 * What the log may say of an unexpected failure: its kind and where it happened. Its message stays out, because messages of
 * parsers and drivers quote what they worked on.
 */
export function describeBug(thrown: unknown): { error: string; code: string | undefined; frames: string[] } {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return { error: typeof cause, code: undefined, frames: [] };
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const { code } = cause as { code?: unknown };
  return {
    error: cause.name,
    code: typeof code === 'string' ? code : undefined,
    frames: frames
      .slice(0, 12)
      .map((line) => line.trim().replace(/\(?(file:\/\/)?\/\S*\/(server|node_modules)\//, '($2/')),
  };
}
