import type { Position } from '../refusal.ts';

export type Token =
  | { readonly kind: 'data'; readonly text: string; readonly at: Position }
  | { readonly kind: 'open'; readonly tag: 'variable' | 'block'; readonly at: Position }
  | { readonly kind: 'close'; readonly tag: 'variable' | 'block'; readonly at: Position }
  | { readonly kind: 'name'; readonly text: string; readonly at: Position }
  | { readonly kind: 'string'; readonly text: string; readonly at: Position }
  | { readonly kind: 'integer'; readonly value: number; readonly at: Position }
  | { readonly kind: 'float'; readonly value: number; readonly at: Position }
  | { readonly kind: 'operator'; readonly text: string; readonly at: Position }
  | { readonly kind: 'end'; readonly at: Position };
