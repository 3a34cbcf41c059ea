import { formatMoney } from './format-money.ts';

/** An amount in nano-USD; all of its digits are in its title. `places`: so many decimals, where amounts stand below each other. */
export function Money({ nano, places }: { readonly nano: string | number | bigint; readonly places?: number }) {
  return (
    <span className="number" title={formatMoney(nano, { exact: true })}>
      {formatMoney(nano, places === undefined ? {} : { places })}
    </span>
  );
}
