import { Checkbox, TextInput } from '@mantine/core';
import type { ConfigValue } from '@weir/contract';
import { useState } from 'react';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fields } from '../../parts/form.tsx';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';

/** Every value of the configuration with who set it, as `weir config explain` prints it. */
export function EffectiveConfig() {
  const values = useRead<{ data: readonly ConfigValue[] }>('/api/v1/config');
  const [filter, setFilter] = useState('');
  const [withDefaults, setWithDefaults] = useState(false);
  return (
    <Section
      title="Configuration in force"
      lead="Flags come before the environment, that before the file, that before defaults. Secrets show their end only."
    >
      <Fields>
        <TextInput
          label="Find a setting"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          placeholder="retry"
        />
        <Checkbox
          label="Defaults as well"
          checked={withDefaults}
          onChange={(event) => setWithDefaults(event.currentTarget.checked)}
          mt={30}
        />
      </Fields>
      <Loaded of={values}>
        {({ data }) => {
          const shown = data.filter(
            ({ setting, source }) => setting.includes(filter.trim()) && (withDefaults || source !== 'default'),
          );
          return shown.length === 0 ? (
            <Empty title="No such setting was set; defaults hold." />
          ) : (
            <DataTable label="Configuration" columns={COLUMNS} rows={shown} rowKey={({ setting }) => setting} />
          );
        }}
      </Loaded>
    </Section>
  );
}

const COLUMNS: readonly Column<ConfigValue>[] = [
  { name: 'Setting', value: ({ setting }) => <code>{setting}</code> },
  { name: 'Value', value: ({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)) },
  {
    name: 'From',
    value: ({ source }) => <Health level={source === 'default' ? 'quiet' : 'good'}>{source}</Health>,
    onPhone: false,
  },
];
