import { Button, Modal, NativeSelect } from '@mantine/core';
import type { DatasetDetailObject, DatasetItemObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { countOf } from '../../parts/count-of.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { DatasetForm } from './dataset-form.tsx';
import { DATASETS, type List } from './reads.ts';

export function OneDataset({ id }: { readonly id: string }) {
  const dataset = useRead<DatasetDetailObject>(`${DATASETS}/${encodeURIComponent(id)}`);
  if (dataset.data !== undefined) return <Shown dataset={dataset.data} />;
  return (
    <Page title="Dataset" lead={<Link href="/evaluations">Evaluations</Link>}>
      {dataset.problem === undefined ? <Waiting /> : <Problem of={dataset.problem} again={dataset.again} />}
    </Page>
  );
}

function Shown({ dataset }: { readonly dataset: DatasetDetailObject }) {
  const mayDevelop = useMay('develop');
  const [isChanging, setIsChanging] = useState(false);
  const [asked, setAsked] = useState<string>();
  const version = asked ?? String(dataset.version);
  return (
    <Page
      title={dataset.name}
      lead={
        <>
          <Link href="/evaluations">Evaluations</Link> · {countOf(dataset.items, 'item')} in version {dataset.version}
        </>
      }
      action={mayDevelop ? <Button onClick={() => setIsChanging(true)}>Next version</Button> : undefined}
    >
      <Section
        title="Items"
        action={
          <NativeSelect
            aria-label="Version"
            value={version}
            onChange={(event) => setAsked(event.currentTarget.value)}
            data={dataset.versions.map((each) => ({
              value: String(each.version),
              label: `Version ${each.version}, ${countOf(each.items, 'item')}, by ${each.author}`,
            }))}
          />
        }
      >
        {mayDevelop ? (
          <Items dataset={dataset} version={version} />
        ) : (
          <p>Items are shown to keys that may develop; what people said may be in them.</p>
        )}
      </Section>
      <Modal
        opened={isChanging}
        onClose={() => setIsChanging(false)}
        title="The next version"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <DatasetForm
          project={dataset.project_id}
          name={dataset.name}
          onMade={() => {
            setAsked(undefined);
            setIsChanging(false);
          }}
        />
      </Modal>
    </Page>
  );
}

function Items({ dataset, version }: { readonly dataset: DatasetDetailObject; readonly version: string }) {
  const items = useRead<List<DatasetItemObject>>(`${DATASETS}/${dataset.id}/items?limit=1000&version=${version}`);
  const remove = useAct(
    (item: string) => [
      `POST ${DATASETS}`,
      { project_id: dataset.project_id, name: dataset.name, items: [], remove: [item] },
    ],
    { refresh: [DATASETS] },
  );
  const columns: readonly Column<DatasetItemObject>[] = [
    { name: 'Item', width: '180px', value: ({ id }) => id },
    { name: 'What is asked', value: (item) => <span title={askedBy(item)}>{askedBy(item)}</span> },
    { name: 'What is right', value: ({ expected }) => textOf(expected) },
    { name: 'Cluster', width: '110px', onPhone: false, value: ({ cluster }) => cluster ?? '–' },
    {
      name: '',
      width: '110px',
      align: 'right',
      onPhone: false,
      value: ({ id }) =>
        version === String(dataset.version) ? (
          <ConfirmButton
            label="Remove"
            aria-label={`Remove ${id}`}
            size="compact-xs"
            question={`Leave out ${id}?`}
            consequence="The next version is without it; earlier versions keep it."
            onConfirm={() => remove.run(id)}
          />
        ) : null,
    },
  ];
  return (
    <>
      <Problem of={remove.problem} />
      <Loaded of={items}>
        {({ data }) => <DataTable label="Items" columns={columns} rows={data} rowKey={({ id }) => id} />}
      </Loaded>
    </>
  );
}

function askedBy({ vars, messages }: DatasetItemObject): string {
  const input = vars?.input;
  if (typeof input === 'string') return input;
  if (messages !== null) return textOf(messages.at(-1)?.content);
  return vars === null ? 'erased with its user' : textOf(vars);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
