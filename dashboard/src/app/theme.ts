import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Deep water. */
const weir: MantineColorsTuple = [
  '#e6f5f5',
  '#d0e8e9',
  '#a2d0d2',
  '#70b6ba',
  '#489fa5',
  '#2e9098',
  '#1c7a83',
  '#0f6670',
  '#0b535c',
  '#053f47',
];

/** Ink of the dark side: blue-black, from text to ground. */
const dark: MantineColorsTuple = [
  '#d7dfe2',
  '#b5c1c6',
  '#93a2a8',
  '#71828a',
  '#3c4a51',
  '#2c383e',
  '#1f292e',
  '#151d21',
  '#10171a',
  '#0b1113',
];

export const theme = createTheme({
  primaryColor: 'weir',
  primaryShade: 7,
  colors: { weir, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '600' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
});
