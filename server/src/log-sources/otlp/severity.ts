const NAMES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
const MOST = 24;

/** The name of a severity number, four numbers each; where there is none, the record's own word. The enumeration's names are read too. */
export function severityOf(number: unknown, text: unknown): string | undefined {
  const named = typeof number === 'string' ? /^SEVERITY_NUMBER_(\w+?)[2-4]?$/.exec(number)?.[1] : undefined;
  const value = Number(number);
  if (Number.isInteger(value) && value >= 1 && value <= MOST) return NAMES[Math.floor((value - 1) / 4)];
  if (named !== undefined && named !== 'UNSPECIFIED') return named;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}
