import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useMemo } from 'react';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatDuration } from '../../parts/format-duration.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { useQueryParameter } from '../../parts/location.ts';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { When } from '../../parts/when.tsx';
import type { CallRow } from './call-row.ts';
import classes from './requests.module.css';
import { useCalls } from './use-calls.ts';

interface KeyReply {
  readonly data: readonly { readonly id: string; readonly name: string }[];
}

const TYPING_MS = 300;

/** Every call, newest first, as it settles; filters are in the address. */
export function RequestList() {
  const [success, setSuccess] = useQueryParameter('success');
  const [model, setModel] = useQueryParameter('model');
  const [keyId, setKeyId] = useQueryParameter('key_id');
  const keys = useRead<KeyReply>('/api/v1/keys?limit=500', { refreshOn: ['change:key'] });
  const names = useMemo(() => new Map(keys.data?.data.map(({ id, name }) => [id, name])), [keys.data]);
  const { rows, more, hasMore, problem, again } = useCalls({ success, model, key_id: keyId });
  const columns = useMemo(() => columnsFor(names), [names]);
  const setModelSoon = useDebouncedCallback(setModel, TYPING_MS);
  const isFiltered = success !== '' || model !== '' || keyId !== '';

  return (
    <Page title="Requests" lead="Every call with its attempts and its cost, as it settles.">
      <div className={classes.list}>
        <div className={classes.filters}>
          <SegmentedControl
            aria-label="Result"
            value={success}
            onChange={setSuccess}
            data={[
              { value: '', label: 'All' },
              { value: 'true', label: 'Answered' },
              { value: 'false', label: 'Failed' },
            ]}
          />
          <TextInput
            aria-label="Model"
            placeholder="Model"
            defaultValue={model}
            onChange={(event) => setModelSoon(event.currentTarget.value.trim())}
          />
          <Select
            aria-label="Key"
            placeholder="Key"
            data={[...names].map(([value, label]) => ({ value, label }))}
            value={keyId === '' ? null : keyId}
            onChange={(value) => setKeyId(value ?? '')}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': 'All keys' }}
          />
          <span className={classes.count}>
            {rows === undefined ? '' : `${formatCount(rows.length)}${hasMore ? '+' : ''} calls`}
          </span>
        </div>
        <Problem of={problem} again={() => void again()} />
        {rows === undefined ? (
          problem === undefined && <Waiting lines={6} />
        ) : rows.length === 0 ? (
          <Empty title={isFiltered ? 'No call fits.' : 'No call has come yet.'}>
            {isFiltered ? null : (
              <p>
                <Link href="/">Home</Link> has a command that makes the first one.
              </p>
            )}
          </Empty>
        ) : (
          <DataTable label="Calls" columns={columns} rows={rows} rowKey={rowKey} href={rowHref} onEnd={more} />
        )}
      </div>
    </Page>
  );
}

function rowKey(row: CallRow): string {
  return row.id;
}

function rowHref(row: CallRow): string {
  return `/requests/${row.id}`;
}

function columnsFor(names: ReadonlyMap<string, string>): readonly Column<CallRow>[] {
  return [
    { name: 'Model', value: (row) => row.target, width: '27%' },
    { name: 'Result', value: (row) => <Result row={row} />, width: '21%' },
    { name: 'Key', value: (row) => names.get(row.keyId) ?? row.keyId, onPhone: false },
    { name: 'Tokens', value: (row) => formatCount(row.tokens), align: 'right', width: '90px', onPhone: false },
    { name: 'Took', value: (row) => formatDuration(row.tookMs), align: 'right', width: '96px', onPhone: false },
    { name: 'Cost', value: (row) => <Money nano={row.costNano} places={6} />, align: 'right', width: '110px' },
    { name: 'When', value: (row) => <When at={row.at} clock />, align: 'right', width: '110px', onPhone: false },
  ];
}

function Result({ row }: { readonly row: CallRow }) {
  if (!row.success) return <Health level="bad">{row.errorCode ?? 'failed'}</Health>;
  if (row.isCached) return <Health level="good">from the cache</Health>;
  if (row.attempts > 1) return <Health level="warn">{`answered at try ${row.attempts}`}</Health>;
  return <Health level="good">answered</Health>;
}
