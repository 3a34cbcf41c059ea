import { ERRORS } from '../../server/src/kernel/errors.ts';
import { code, markdownTable, page } from './markdown.ts';

const FAULTS: Readonly<Record<string, string>> = {
  client: 'the request',
  policy: 'a limit or rule',
  upstream: 'the provider',
  weir: 'Weir',
};

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([name, row]) => [
    code(name),
    String(row.status),
    row.retryable ? 'yes' : 'no',
    FAULTS[row.fault] ?? row.fault,
    code(row.name),
    row.message,
  ]);
  return page('Errors', [
    "Every error Weir can give. It reaches a client in the shape of that client's wire; the code is in the body, the status may differ where a provider's own answer is passed on.",
    markdownTable(['code', 'status', 'retry as it is', 'whose fault', 'type', 'message'], rows),
  ]);
}
