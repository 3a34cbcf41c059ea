import { Skeleton } from '@mantine/core';

/** What stands in for something that is being read. */
export function Waiting({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div aria-busy="true" style={{ display: 'grid', gap: 12 }}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
        <Skeleton key={line} height={18} width={`${90 - line * 16}%`} />
      ))}
    </div>
  );
}
