import type { Json } from '../../../kernel/json.ts';
import { render } from '../expressions/render.ts';
import type { Template } from '../flow.ts';
import { type Context, type Frame, scopeOf } from './context.ts';

export function renderIn(context: Context, template: Template, frame: Frame): Json {
  return render(template, scopeOf(context, frame));
}
