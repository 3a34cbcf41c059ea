/** Light and dark by the reader's own setting; no script, no font, nothing from elsewhere. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #566079; --line: #d8deea; --ground: #ffffff; --box: #f4f6fa; --mark: #1f5fbf; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf3; --soft: #9aa5bd; --line: #2f3850; --ground: #121724; --box: #1a2132; --mark: #8ab4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
a { color: var(--mark); }
header, main { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem; }
nav ul { list-style: none; padding: 0; columns: 2; column-gap: 2rem; }
nav li { break-inside: avoid; padding: 0.1rem 0; }
h1 { font-size: 1.8rem; margin: 1rem 0 0; }
h2 { margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--line); padding-bottom: 0.3rem; }
h3 { margin: 0; font: 600 1rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
section.operation { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1rem 0; }
section.operation > p { margin: 0.3rem 0; }
.method { color: var(--mark); }
.soft { color: var(--soft); }
pre { background: var(--box); padding: 0.75rem; border-radius: 6px; overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem 0.3rem 0; border-bottom: 1px solid var(--line); }
td code { overflow-wrap: anywhere; }
details { margin: 0.5rem 0; }
@media (max-width: 40rem) { nav ul { columns: 1; } }
`;
