import type { InboxItem } from '@weir/contract';

/** What a form's field may say of itself; the server holds what was filled in to the whole schema. */
export interface FieldSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
}

export interface FormSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

export type FormData = Readonly<Record<string, unknown>>;

/** Can the form be fields? Else its answer is written as JSON. */
export function isSimple(schema: FormSchema): boolean {
  const fields = Object.values(schema.properties ?? {});
  return schema.type === 'object' && fields.every(({ type, enum: names }) => names !== undefined || isPlain(type));
}

/** What the form begins with: what the asker proposes, then defaults. */
export function firstData({ form, detail }: Pick<InboxItem, 'form' | 'detail'>): FormData {
  const proposed = (detail as { data?: unknown } | null)?.data;
  const schema = (form ?? {}) as FormSchema;
  const defaults = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default]],
  );
  const known = Object.entries(typeof proposed === 'object' && proposed !== null ? proposed : {}).filter(
    ([name]) => schema.properties === undefined || name in schema.properties,
  );
  return Object.fromEntries([...defaults, ...known]);
}

function isPlain(type: string | undefined): boolean {
  return type === undefined || type === 'string' || type === 'number' || type === 'integer' || type === 'boolean';
}
