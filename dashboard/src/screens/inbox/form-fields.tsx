import { Checkbox, NativeSelect, NumberInput, Textarea } from '@mantine/core';
import classes from './form-fields.module.css';
import type { FieldSchema, FormData, FormSchema } from './form-schema.ts';

/** A field for each property of a form. What is emptied is left out of the answer. */
export function FormFields({
  schema,
  data,
  set,
}: {
  readonly schema: FormSchema;
  readonly data: FormData;
  readonly set: (data: FormData) => void;
}) {
  const change = (name: string, value: unknown) => {
    const { [name]: _before, ...rest } = data;
    set(value === '' || value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <div className={classes.fields}>
      {Object.entries(schema.properties ?? {}).map(([name, field]) => (
        <Field
          key={name}
          label={field.title ?? name}
          of={field}
          isRequired={schema.required?.includes(name) ?? false}
          value={data[name]}
          onChange={(value) => change(name, value)}
        />
      ))}
    </div>
  );
}

function Field({
  label,
  of: field,
  isRequired,
  value,
  onChange,
}: {
  readonly label: string;
  readonly of: FieldSchema;
  readonly isRequired: boolean;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const common = { label, description: field.description, required: isRequired };
  if (field.enum !== undefined) {
    const names = field.enum.map(String);
    return (
      <NativeSelect
        {...common}
        value={String(value ?? '')}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={['', ...names]}
      />
    );
  }
  if (field.type === 'boolean') {
    return (
      <Checkbox
        label={label}
        description={field.description}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (field.type === 'number' || field.type === 'integer') {
    return (
      <NumberInput
        {...common}
        value={(value as number | undefined) ?? ''}
        onChange={onChange}
        allowDecimal={field.type === 'number'}
        hideControls
      />
    );
  }
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return (
    <Textarea
      {...common}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      autosize
      minRows={1}
      maxRows={12}
    />
  );
}
