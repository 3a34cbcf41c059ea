import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Section } from '../../parts/section.tsx';
import type { CustomGuardrail, GuardPolicy } from './guard-policy.ts';
import classes from './guardrails.module.css';

/** What can make a guardrail of one's own: how it is asked for, and how the text becomes the policy's value. */
const KINDS = [
  { kind: 'words', label: 'Words or phrases', hint: 'One per line', read: (text: string) => linesOf(text) },
  { kind: 'pattern', label: 'Regular expression', hint: 'RE2 syntax', read: (text: string) => text.trim() },
  { kind: 'max_characters', label: 'Most characters', hint: 'A number', read: (text: string) => Number(text) },
  { kind: 'max_lines', label: 'Most lines', hint: 'A number', read: (text: string) => Number(text) },
  {
    kind: 'languages',
    label: 'Only these languages',
    hint: 'Codes such as en, one per line',
    read: (text: string) => linesOf(text),
  },
] as const;

interface Shown extends CustomGuardrail {
  readonly name: string;
}

/** Word lists, expressions and sizes that a project adds to what Weir looks for. */
export function CustomGuardrails({
  own,
  onSave,
}: {
  readonly own: GuardPolicy;
  readonly onSave: (next: GuardPolicy) => Promise<unknown>;
}) {
  const mayOperate = useMay('operate');
  const [isAdding, setIsAdding] = useState(false);
  const rows = Object.entries(own.custom ?? {}).map(([name, custom]) => ({ name, ...custom }));
  const without = (name: string) => {
    const { [name]: _, ...rest } = own.custom ?? {};
    return onSave({ ...own, custom: rest });
  };
  const columns: readonly Column<Shown>[] = [
    { name: 'Name', value: ({ name }) => name },
    { name: 'Looks for', value: (row) => <span title={soughtBy(row)}>{soughtBy(row)}</span> },
    { name: 'Does', width: '110px', value: ({ mode }) => mode ?? 'monitor' },
    { name: 'In', width: '110px', onPhone: false, value: ({ applies }) => applies ?? 'both' },
    {
      name: '',
      align: 'right',
      width: '110px',
      value: ({ name }) =>
        mayOperate ? (
          <ConfirmButton
            label="Remove"
            aria-label={`Remove ${name}`}
            size="compact-xs"
            question={`Remove ${name}?`}
            consequence="It looks at no further call."
            onConfirm={() => without(name)}
          />
        ) : null,
    },
  ];
  return (
    <Section
      title="Your own"
      action={
        mayOperate ? (
          <Button size="xs" variant="default" onClick={() => setIsAdding(true)}>
            Add a guardrail
          </Button>
        ) : undefined
      }
    >
      {rows.length === 0 ? (
        <Empty title="None yet.">
          <p>
            Words that must not pass, an expression, a size or a language: a guardrail of your own does what you say.
          </p>
        </Empty>
      ) : (
        <DataTable label="Guardrails of your own" columns={columns} rows={rows} rowKey={({ name }) => name} />
      )}
      <Modal
        opened={isAdding}
        onClose={() => setIsAdding(false)}
        title="A guardrail of your own"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <NewGuardrail
          onAdd={async (name, custom) => {
            if ((await onSave({ ...own, custom: { ...own.custom, [name]: custom } })) !== undefined) setIsAdding(false);
          }}
        />
      </Modal>
    </Section>
  );
}

function NewGuardrail({ onAdd }: { readonly onAdd: (name: string, custom: CustomGuardrail) => Promise<void> }) {
  const [draft, setDraft] = useState({ name: '', kind: 'words', text: '', mode: 'monitor', applies: 'both' });
  const change = (to: Partial<typeof draft>) => setDraft({ ...draft, ...to });
  const kind = KINDS.find((one) => one.kind === draft.kind) ?? KINDS[0];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, text, mode, applies } = draft;
    void onAdd(name.trim(), { mode, applies, [kind.kind]: kind.read(text) });
  };
  return (
    <form className={classes.try} onSubmit={submit}>
      <TextInput
        label="Name"
        placeholder="codenames"
        required
        pattern="[a-z][a-z0-9_\-]*"
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-autofocus
      />
      <NativeSelect
        label="Looks for"
        value={draft.kind}
        onChange={(event) => change({ kind: event.currentTarget.value })}
        data={KINDS.map(({ kind: value, label }) => ({ value, label }))}
      />
      <Textarea
        label={kind.hint}
        required
        autosize
        minRows={2}
        maxRows={10}
        value={draft.text}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
      <div className={classes.pair}>
        <NativeSelect
          label="Does"
          value={draft.mode}
          onChange={(event) => change({ mode: event.currentTarget.value })}
          data={['monitor', 'redact', 'block', 'off']}
        />
        <NativeSelect
          label="In"
          value={draft.applies}
          onChange={(event) => change({ applies: event.currentTarget.value })}
          data={[
            { value: 'both', label: 'requests and replies' },
            { value: 'input', label: 'requests' },
            { value: 'output', label: 'replies' },
          ]}
        />
      </div>
      <Button type="submit">Add</Button>
    </form>
  );
}

function soughtBy({ words, pattern, max_characters, max_lines, languages }: CustomGuardrail): string {
  if (words !== undefined) return words.join(', ');
  if (pattern !== undefined) return pattern;
  if (max_characters !== undefined) return `more than ${max_characters} characters`;
  if (max_lines !== undefined) return `more than ${max_lines} lines`;
  return `languages other than ${(languages ?? []).join(', ')}`;
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
