import type { BudgetObject } from '@weir/contract';
import { formatUsd } from '../../parts/format-usd.ts';
import { Meter } from '../../parts/meter.tsx';

/** How much of a budget is gone, what runs now included. */
export function BudgetMeter({ budget }: { readonly budget: BudgetObject }) {
  const { settled_usd, reserved_usd, usd, period } = budget;
  if (settled_usd === null) return <span>{`${formatUsd(usd)} a ${period}, each`}</span>;
  const used = settled_usd + (reserved_usd ?? 0);
  return (
    <Meter share={used / usd} label={`Budget of ${budget.scope} ${budget.id} used`}>
      {formatUsd(used)} of {formatUsd(usd)} {period === 'total' ? 'in all' : `a ${period}`}
    </Meter>
  );
}
