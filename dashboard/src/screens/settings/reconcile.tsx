import { FileInput, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Form } from '../../parts/form.tsx';
import { formatUsd } from '../../parts/format-usd.ts';
import { Section } from '../../parts/section.tsx';

interface Sums {
  readonly cost_usd: number | null;
}
interface Compared {
  readonly provider: string;
  readonly model: string;
  readonly ours: Sums;
  readonly theirs: Sums;
  readonly difference: Sums;
}

/** Holds the ledger against what a provider says it was asked for. */
export function Reconcile() {
  const [file, setFile] = useState<File | null>(null);
  const health = useRead<{ components: { llm_providers: Readonly<Record<string, unknown>> } }>('/healthz');
  const names = Object.keys(health.data?.components.llm_providers ?? {});
  const [provider, setProvider] = useState('openai');
  const compare = useAct<Blob, { data: readonly Compared[] }>((body) => [
    `POST /api/v1/usage/reconcile?provider=${encodeURIComponent(provider)}`,
    body,
  ]);
  if (!useMay('operate')) return null;
  return (
    <Section
      title="Compare with a provider's bill"
      lead="The provider's own usage export, as it gives it, against the ledger."
    >
      <Form
        label="Usage export"
        submit="Compare"
        onSubmit={() => (file === null ? undefined : compare.run(file))}
        isSending={compare.isRunning}
        problem={compare.problem}
      >
        <NativeSelect
          label="Of provider"
          value={provider}
          onChange={(event) => setProvider(event.currentTarget.value)}
          data={names}
        />
        <FileInput
          label="Usage export"
          value={file}
          onChange={setFile}
          placeholder="a JSON or CSV file"
          required
          clearable
        />
      </Form>
      {compare.reply === undefined ? null : (
        <DataTable
          label="Ledger and export"
          columns={COLUMNS}
          rows={compare.reply.data}
          rowKey={(row) => `${row.provider} ${row.model}`}
        />
      )}
    </Section>
  );
}

const COLUMNS: readonly Column<Compared>[] = [
  { name: 'Model', value: ({ provider, model }) => `${provider}/${model}` },
  { name: 'Ours', align: 'right', value: ({ ours }) => usd(ours) },
  { name: 'Theirs', align: 'right', value: ({ theirs }) => usd(theirs) },
  { name: 'Difference', align: 'right', value: ({ difference }) => usd(difference) },
];

function usd({ cost_usd }: Sums): string {
  return cost_usd === null ? '–' : formatUsd(cost_usd);
}
