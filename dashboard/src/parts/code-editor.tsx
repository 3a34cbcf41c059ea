import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import classes from './code-editor.module.css';
import { styleNonce } from './style-nonce.ts';

/** Text in a language, written by a person; Tab leaves it, as it leaves every field. */
export function CodeEditor({
  label,
  value,
  onChange,
  language = 'text',
  minHeight = 160,
}: {
  readonly label: string;
  readonly value: string;
  /** Absent: it is only read. */
  readonly onChange?: (value: string) => void;
  readonly language?: 'json' | 'yaml' | 'text';
  /** Pixels. */
  readonly minHeight?: number;
}) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };
  const isRead = onChange === undefined;

  useEffect(() => {
    if (place.current === null) return;
    const extensions = [
      basicSetup,
      LOOK,
      EditorView.lineWrapping,
      EditorView.cspNonce.of(styleNonce()),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      EditorState.readOnly.of(isRead),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
      }),
      languageOf(language),
    ];
    const made = new EditorView({
      state: EditorState.create({ doc: latest.current.value, extensions }),
      parent: place.current,
    });
    editor.current = made;
    return () => made.destroy();
  }, [label, language, isRead]);

  useEffect(() => {
    const view = editor.current;
    if (view === undefined || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={place} className={classes.editor} style={{ minHeight }} />;
}

function languageOf(language: 'json' | 'yaml' | 'text'): Extension {
  return language === 'json' ? json() : language === 'yaml' ? yaml() : [];
}

const LOOK: Extension = [
  EditorView.theme({
    '&': { color: 'var(--ink)', backgroundColor: 'transparent', fontSize: '13px', height: '100%' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.6' },
    '.cm-content': { caretColor: 'var(--ink)', padding: '12px 0' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--quiet)', border: '0' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--line) !important' },
    // An outline: typing over a background would keep it as an inline style, which the page's policy refuses.
    '.cm-matchingBracket': { backgroundColor: 'transparent !important', outline: '1px solid var(--quiet)' },
    '.cm-foldPlaceholder': { backgroundColor: 'var(--line)', border: '0', color: 'var(--quiet)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
      { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
      { tag: tags.string, color: 'var(--ink)' },
      { tag: tags.comment, color: 'var(--quiet)' },
    ]),
  ),
];
