import { Button } from '@mantine/core';
import type { AuditEntry } from '@weir/contract';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';

interface AuditPage {
  readonly data: readonly AuditEntry[];
  readonly next_cursor: string | null;
}
interface Verification {
  readonly rows: number;
  readonly broken_at: string | null;
}

const AUDIT = '/api/v1/audit';

export function Audit() {
  const first = useRead<AuditPage>(`${AUDIT}?limit=100`, { refreshOn: ['change'] });
  const chain = useRead<Verification>(`${AUDIT}/verify`, { refreshOn: ['change'] });
  const [older, setOlder] = useState<readonly AuditEntry[]>([]);
  const [cursor, setCursor] = useState<string | null>();
  const next = cursor === undefined ? first.data?.next_cursor : cursor;
  const readOlder = async () => {
    const page = await ask<AuditPage>(`GET ${AUDIT}?limit=100&cursor=${next}`);
    setOlder([...older, ...page.data]);
    setCursor(page.next_cursor);
  };
  return (
    <>
      <Loaded of={chain}>
        {({ rows, broken_at }) => (
          <Figures>
            <Figure
              label="Entries, each bound to the one before"
              value={formatCount(rows)}
              note={
                broken_at === null ? (
                  <Health level="good">the chain is whole</Health>
                ) : (
                  <Health level="bad">broken at {broken_at}</Health>
                )
              }
            />
          </Figures>
        )}
      </Loaded>
      <Section
        title="Audit log"
        action={
          <Button variant="default" size="xs" onClick={chain.again}>
            Check the chain
          </Button>
        }
      >
        <Loaded of={first}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty title="Nobody has changed anything yet." />
            ) : (
              <DataTable
                label="Audit log"
                columns={COLUMNS}
                rows={[...data, ...older.filter(({ id }) => data.every((entry) => entry.id !== id))]}
                rowKey={({ id }) => id}
              />
            )
          }
        </Loaded>
        {next == null ? null : (
          <div>
            <Button variant="default" size="xs" onClick={() => void readOlder()}>
              Older entries
            </Button>
          </div>
        )}
      </Section>
    </>
  );
}

const COLUMNS: readonly Column<AuditEntry>[] = [
  { name: 'When', value: ({ at }) => <When at={at} clock /> },
  { name: 'What', value: ({ action }) => action },
  { name: 'To', value: ({ object }) => object, onPhone: false },
  { name: 'By', value: ({ actor }) => actor, onPhone: false },
  { name: 'Project', value: ({ project_id }) => project_id, onPhone: false },
  { name: 'Hash', align: 'right', value: ({ hash }) => <code title={hash}>{hash.slice(0, 8)}</code>, onPhone: false },
];
