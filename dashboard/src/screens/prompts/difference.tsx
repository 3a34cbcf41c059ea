import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { NativeSelect } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { PromptVersionObject } from '@weir/contract';
import { useEffect, useRef, useState } from 'react';
import { CopyCode } from '../../parts/copy-code.tsx';
import { Section } from '../../parts/section.tsx';
import { styleNonce } from '../../parts/style-nonce.ts';
import classes from './prompts.module.css';

/** Two versions beside each other, word by word; on a phone, one below the other. */
export function Difference({ versions }: { readonly versions: readonly PromptVersionObject[] }) {
  const [newer, older] = versions;
  const [to, setTo] = useState(newer?.version ?? 1);
  const [from, setFrom] = useState(older?.version ?? 1);
  const at = (version: number) => versions.find((each) => each.version === version);
  const [left, right] = [at(from), at(to)];
  if (newer === undefined || left === undefined || right === undefined) return null;
  if (older === undefined) {
    return (
      <Section title="What it says" lead="With a second version you see here what changed.">
        <CopyCode label={`version ${newer.version}`} code={textOf(newer)} />
      </Section>
    );
  }
  const options = versions.map(({ version }) => ({ value: String(version), label: `Version ${version}` }));
  return (
    <Section
      framed
      title="Difference"
      action={
        <div className={classes.row}>
          <NativeSelect
            aria-label="From version"
            size="xs"
            data={options}
            value={String(from)}
            onChange={(event) => setFrom(Number(event.currentTarget.value))}
          />
          <span className={classes.quiet}>to</span>
          <NativeSelect
            aria-label="To version"
            size="xs"
            data={options}
            value={String(to)}
            onChange={(event) => setTo(Number(event.currentTarget.value))}
          />
        </div>
      }
    >
      <Merge left={left} right={right} />
    </Section>
  );
}

function Merge({ left, right }: { readonly left: PromptVersionObject; readonly right: PromptVersionObject }) {
  const place = useRef<HTMLDivElement>(null);
  const isWide = useMediaQuery('(min-width: 761px)', true, { getInitialValueInEffect: false });
  const [before, after] = [textOf(left), textOf(right)];
  const [beforeName, afterName] = [`Version ${left.version}`, `Version ${right.version}`];
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const made = isWide
      ? new MergeView({
          a: { doc: before, extensions: shownAs(beforeName) },
          b: { doc: after, extensions: shownAs(afterName) },
          parent,
        })
      : new EditorView({
          doc: after,
          extensions: [shownAs(afterName), unifiedMergeView({ original: before, mergeControls: false })],
          parent,
        });
    return () => made.destroy();
  }, [before, after, beforeName, afterName, isWide]);
  return <div ref={place} className={classes.merge} />;
}

function shownAs(label: string): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorView.lineWrapping,
    EditorView.cspNonce.of(styleNonce()),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    EditorView.theme({
      '&': { color: 'var(--ink)', backgroundColor: 'transparent', fontSize: '13px' },
      '&.cm-focused': { outline: '2px solid var(--accent)' },
      '.cm-gutters': { backgroundColor: 'transparent', border: '0' },
      '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.6' },
      '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--bad-soft) !important' },
      '&.cm-merge-b .cm-changedLine, .cm-changedLine': { backgroundColor: 'var(--good-soft)' },
      '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
        background: 'none',
        textDecoration: 'underline 2px var(--bad)',
      },
      '&.cm-merge-b .cm-changedText, .cm-changedText': {
        background: 'none',
        textDecoration: 'underline 2px var(--good)',
      },
    }),
  ];
}

/** Everything that a version consists of, as lines. */
function textOf({ messages, variables, model_config }: PromptVersionObject): string {
  return [
    ...messages.flatMap(({ role, content }) => [`# ${role}`, content, '']),
    '# settings',
    JSON.stringify(model_config, null, 2),
    '',
    '# variables',
    JSON.stringify(variables, null, 2),
  ].join('\n');
}
