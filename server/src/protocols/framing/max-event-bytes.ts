/** Largest single event a splitter holds unless told otherwise. */
export const MAX_EVENT_BYTES = 8 * 1024 * 1024;
