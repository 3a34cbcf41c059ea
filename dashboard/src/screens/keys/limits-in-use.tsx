import type { LimitUseObject } from '@weir/contract';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { LIMITS } from './key-draft.ts';
import { useLimits } from './reads.ts';

const NAMES: Readonly<Record<string, string>> = Object.fromEntries(LIMITS);

/** Every limit that holds for calls of a key, or of a user, and how far each is used now. */
export function LimitsInUse({ keyId, userId }: { readonly keyId?: string; readonly userId?: string }) {
  const limits = useLimits({ ...(keyId === undefined ? {} : { keyId }), ...(userId === undefined ? {} : { userId }) });
  return (
    <Section title="Limits now" lead={userId === undefined ? undefined : `Of calls for ${userId}`}>
      <Loaded of={limits}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No limit holds here." />
          ) : (
            <DataTable
              label="Limits and their use"
              columns={COLUMNS}
              rows={data}
              rowKey={({ scope, id, name, api }) => `${scope} ${id} ${name} ${api}`}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

const COLUMNS: readonly Column<LimitUseObject>[] = [
  { name: 'Limit', value: ({ name }) => NAMES[name] ?? name },
  { name: 'Of', value: ({ scope, id }) => (id.startsWith('key_') ? scope : `${scope} ${id}`), onPhone: false },
  { name: 'Through', value: ({ api }) => api ?? 'every API', onPhone: false },
  {
    name: 'Used',
    value: ({ used, limit, name }) => (
      <Meter share={used / limit} label={`${NAMES[name] ?? name} used`}>
        {formatCount(used)} of {formatCount(limit)}
      </Meter>
    ),
  },
  {
    name: 'Free again',
    align: 'right',
    value: ({ reset_at, shadow }) => (shadow ? 'only reports' : reset_at === null ? '–' : <When at={reset_at} />),
    onPhone: false,
  },
];
