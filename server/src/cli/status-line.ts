/** Rewrites one line of a terminal; '' removes it. A stream that is no terminal gets nothing. */
export function statusLine(stream: {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}): (text: string) => void {
  if (stream.isTTY !== true) return () => {};
  let shown = false;
  return (text) => {
    if (text === '' && !shown) return;
    shown = text !== '';
    stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
  };
}
