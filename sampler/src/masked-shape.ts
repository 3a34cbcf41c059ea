import { SHAPE_START, shapeBuffer } from './shape-buffer.ts';
import { VARIABLE } from './units.ts';

const MOST_UNITS = 200;
const MARK = [...'<*>'].map((letter) => letter.charCodeAt(0));
const LATIN_1 = 0xff;
const units = new Uint16Array(MOST_UNITS + MARK.length);
const latin = Buffer.alloc(units.length);
const wide = Buffer.from(units.buffer);

/** An example of a signature that tells nothing of its variables, from the shape that was written last. */
export function maskedShape(end: number): string {
  let length = 0;
  let all = 0;
  for (let at = SHAPE_START; at < end && length < MOST_UNITS; at++) {
    const unit = shapeBuffer[at] as number;
    all |= unit;
    if (unit === VARIABLE) for (const mark of MARK) latin[length] = units[length++] = mark;
    else latin[length] = units[length++] = unit;
  }
  length = Math.min(length, MOST_UNITS);
  // Half the memory where that is enough, which is nearly everywhere.
  return all > LATIN_1 ? wide.toString('utf16le', 0, 2 * length) : latin.toString('latin1', 0, length);
}
