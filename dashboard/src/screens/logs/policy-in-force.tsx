import type { LogPolicy } from '@weir/contract';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatShare } from '../../parts/format-share.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Section } from '../../parts/section.tsx';
import { usePolicy } from './reads.ts';

/** What samplers follow now: rates by severity, and by pattern where they differ. */
export function PolicyInForce({ service }: { readonly service: string }) {
  const policy = usePolicy(service, true);
  return (
    <Section title="What is kept">
      <Loaded of={policy}>
        {(shown) => (
          <>
            <p>{shown.reasoning}</p>
            <Facts
              of={Object.entries(shown.severity_rates).map(([severity, rate]) => [
                severity,
                <Rate key={severity} of={rate} label={`Kept of ${severity}`} />,
              ])}
            />
            {Object.keys(shown.pattern_rates).length === 0 ? null : (
              <DataTable
                label="Patterns with a rate of their own"
                columns={COLUMNS}
                rows={rowsOf(shown)}
                rowKey={({ id }) => id}
              />
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly rate: number;
  readonly isLocked: boolean;
}

function rowsOf({ pattern_rates, locks, patterns }: LogPolicy): readonly Row[] {
  return Object.entries({ ...pattern_rates, ...locks })
    .map(([id, rate]) => ({
      id,
      name: patterns[id]?.name ?? patterns[id]?.template ?? id,
      rate,
      isLocked: id in locks,
    }))
    .toSorted((one, other) => one.rate - other.rate);
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'Pattern', value: ({ name }) => <code>{name}</code> },
  { name: 'Kept', value: ({ rate, name }) => <Rate of={rate} label={`Kept of ${name}`} />, width: '240px' },
  { name: 'By', value: ({ isLocked }) => (isLocked ? 'a person' : 'the solver'), onPhone: false, width: '110px' },
];

function Rate({ of, label }: { readonly of: number; readonly label: string }) {
  return (
    <Meter share={of} label={label} isGood>
      {formatShare(of)}
    </Meter>
  );
}
