import { useClipboard } from '@mantine/hooks';
import classes from './copy-code.module.css';

/** Code or a key to take along; the button copies all of it. `label` says what it is. */
export function CopyCode({ code, label }: { readonly code: string; readonly label: string }) {
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <div className={classes.box}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.code} aria-label={label} tabIndex={0}>
        <pre>
          <code>{code}</code>
        </pre>
      </section>
      <button type="button" className={classes.copy} onClick={() => clipboard.copy(code)} aria-label={`Copy ${label}`}>
        {clipboard.copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}
