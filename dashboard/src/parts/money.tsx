import { formatMoney } from './format-money.ts';

/** An amount in nano-USD; all of its digits are in its title. */
export function Money({ nano }: { readonly nano: string | number | bigint }) {
  return (
    <span className="number" title={formatMoney(nano, { exact: true })}>
      {formatMoney(nano)}
    </span>
  );
}
