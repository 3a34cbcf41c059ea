/** UTF-16 units of a line that count; what follows does not change its shape. */
export const MAX_UNITS = 2048;

/** Where the shape starts in its buffer: before it are units that are nothing, so that looking back needs no check. */
export const SHAPE_START = 4;

/** The shape of the line written last; the one buffer there is, so that a line costs no memory. */
export const shapeBuffer: Uint16Array = new Uint16Array(SHAPE_START + MAX_UNITS + 1);
