import classes from './waiting.module.css';

/** What stands in for something that is being read. */
export function Waiting({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div aria-busy="true" className={classes.waiting}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
        <div key={line} className={classes.line} style={{ width: `${90 - line * 16}%` }} />
      ))}
    </div>
  );
}
