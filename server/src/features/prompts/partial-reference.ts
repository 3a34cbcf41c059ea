import { invalidRequest } from '../../kernel/errors.ts';

/** A prompt that a template includes: `tutor/style@3`, `tutor/style@production`. */
export interface PartialReference {
  readonly name: string;
  readonly version: number | undefined;
  readonly label: string | undefined;
}

/** Throws `request.invalid` when it does not say which version is meant. */
export function readPartialReference(written: string): PartialReference {
  const at = written.lastIndexOf('@');
  const which = at < 1 ? '' : written.slice(at + 1);
  if (which === '') {
    throw invalidRequest(
      'messages',
      `includes "${written}": say which version, as "${written}@3" or "${written}@production"`,
    );
  }
  const isNumber = /^[1-9]\d{0,9}$/.test(which);
  const name = written.slice(0, at);
  return { name, version: isNumber ? Number(which) : undefined, label: isNumber ? undefined : which };
}
