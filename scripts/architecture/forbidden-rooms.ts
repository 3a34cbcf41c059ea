import type { Rule } from './rule.ts';
import { isCode } from './source-tree.ts';

const FORBIDDEN = /^(shared|common|utils?|helpers?|misc|lib)(\.tsx?)?$/;

/** A room that is named after nothing becomes the place where everything meets. */
export const forbiddenRooms: Rule = {
  name: 'forbidden-rooms',
  appliesTo: isCode,
  check(file) {
    const name = file.path.split('/').find((part) => FORBIDDEN.test(part));
    return name ? [{ line: 1, message: `'${name}' says nothing; name the file or folder after what it does.` }] : [];
  },
};
