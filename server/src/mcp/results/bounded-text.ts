/** Characters that show nothing or turn what stands beside them around. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** What a server said, fit for an error message: one line, without invisible characters, not longer than `max`. */
export function boundedText(text: string, max = 500): string {
  const line = text
    .slice(0, max * 4)
    .replace(INVISIBLE, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > max ? `${line.slice(0, max)}...` : line;
}
