import { WeirError } from '../../../kernel/errors.ts';

const MAX_SHOWN = 128;

/** What an expression did wrong: `request.invalid` that names it, with the remedy also alone in `details.fix`. */
export function mistake(source: string, what: string, fix: string): WeirError {
  const shown = source.length > MAX_SHOWN ? `${source.slice(0, MAX_SHOWN)}...` : source;
  return new WeirError('request.invalid', {
    param: shown,
    message: `${shown} ${what}. ${fix}`,
    details: { what: `${shown} ${what}.`, fix },
  });
}
