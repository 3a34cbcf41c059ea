import type { CacheStats } from '@weir/contract';
import type { ReactNode } from 'react';
import { countOf } from '../../parts/count-of.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { Health } from '../../parts/health.tsx';
import { Section } from '../../parts/section.tsx';

const BYTES = new Intl.NumberFormat('en-US', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });

/** Where replies are kept, and how that goes since this process started. */
export function Store({ stats, action }: { readonly stats: CacheStats; readonly action: ReactNode }) {
  return (
    <Section title="The store" action={action}>
      <Facts
        of={[
          [
            'Replies are in',
            stats.backend === 'redis' ? 'Redis, shared by all replicas' : 'the memory of this process',
          ],
          [
            'State',
            stats.up ? (
              <Health key="up" level="good">
                works
              </Health>
            ) : (
              <Health key="down" level="bad">
                does not answer; calls go on without
              </Health>
            ),
          ],
          ['Kept now', stats.entries === null ? undefined : `${formatCount(stats.entries)} replies, all projects`],
          ['Size', stats.bytes === null ? undefined : BYTES.format(stats.bytes / 1_000_000)],
          ['Waited for a twin', countOf(stats.coalesced, 'call')],
          ['Failures', stats.failures === 0 ? undefined : formatCount(stats.failures)],
        ]}
      />
    </Section>
  );
}
