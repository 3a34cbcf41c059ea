import classes from './json-view.module.css';

/** A value as JSON, to be read. `label` says what it is. */
export function JsonView({ of, label }: { readonly of: unknown; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.view} aria-label={label} tabIndex={0}>
      <pre>{typeof of === 'string' ? of : JSON.stringify(of, null, 2)}</pre>
    </section>
  );
}
