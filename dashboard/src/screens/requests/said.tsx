import type { KeptContentObject } from '@weir/contract';
import type { ServerProblem } from '../../api/server-problem.ts';
import { useMay } from '../../api/session.ts';
import { useRead } from '../../api/use-read.ts';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './requests.module.css';

/** What was said in a call, where its project keeps that and the session may read it. */
export function Said({ id }: { readonly id: string }) {
  const mayRead = useMay('develop');
  const content = useRead<KeptContentObject>(`/api/v1/usage/records/${encodeURIComponent(id)}/content`, {
    enabled: mayRead,
  });
  if (!mayRead) return null;
  if (content.data === undefined) return content.problem === undefined ? null : <NotKept problem={content.problem} />;
  const { request, reply, mode, truncated } = content.data;
  return (
    <Section title="What was said" lead={`${mode === 'redacted' ? 'Redacted' : 'In full'}${truncated ? ', cut' : ''}.`}>
      <div className={classes.two}>
        <Text label="Request" text={request} />
        <Text label="Reply" text={reply} />
      </div>
    </Section>
  );
}

function NotKept({ problem }: { readonly problem: ServerProblem }) {
  return (
    <Section title="What was said">
      {problem.status === 404 ? (
        <p className={classes.quiet}>
          Not kept. <code>capture.content</code> decides what is.
        </p>
      ) : (
        <Problem of={problem} />
      )}
    </Section>
  );
}

function Text({ label, text }: { readonly label: string; readonly text: string | null }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className={classes.text}>
      {text === null ? 'Not kept.' : pretty(text)}
    </section>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
