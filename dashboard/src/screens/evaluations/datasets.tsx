import { Button, Modal } from '@mantine/core';
import type { DatasetObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { goTo } from '../../parts/location.ts';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { DatasetForm } from './dataset-form.tsx';
import { useDatasets } from './reads.ts';

const COLUMNS: readonly Column<DatasetObject>[] = [
  { name: 'Dataset', value: ({ name }) => name },
  { name: 'Items', align: 'right', value: ({ items }) => formatCount(items) },
  { name: 'Version', align: 'right', value: ({ version }) => version },
  { name: 'Made', align: 'right', onPhone: false, value: ({ created_at }) => <When at={created_at} /> },
];

export function Datasets({ project }: { readonly project: string }) {
  const datasets = useDatasets(project);
  const mayDevelop = useMay('develop');
  const [isMaking, setIsMaking] = useState(false);
  return (
    <Section
      title="Datasets"
      action={
        mayDevelop ? (
          <Button size="xs" variant="default" onClick={() => setIsMaking(true)}>
            New dataset
          </Button>
        ) : undefined
      }
    >
      <Loaded of={datasets}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No dataset yet.">
              <p>Write questions with what is right, paste a file, or take recorded calls.</p>
            </Empty>
          ) : (
            <DataTable
              label="Datasets"
              columns={COLUMNS}
              rows={data}
              rowKey={({ id }) => id}
              href={({ id }) => `/evaluations/datasets/${id}`}
            />
          )
        }
      </Loaded>
      <Modal
        opened={isMaking}
        onClose={() => setIsMaking(false)}
        title="A new dataset"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <DatasetForm project={project} onMade={({ id }) => goTo(`/evaluations/datasets/${id}`)} />
      </Modal>
    </Section>
  );
}
