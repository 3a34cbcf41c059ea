import type { EventSplitter } from '../../ports/framing.ts';
import { AwsEventStreamSplitter } from './aws-event-stream-splitter.ts';
import { JsonLinesSplitter } from './json-lines-splitter.ts';
import { SseSplitter } from './sse-splitter.ts';

/** A new splitter for a reply's content-type header; undefined when that type is not a stream of events. */
export function splitterFor(contentType: string, maxEventBytes?: number): EventSplitter | undefined {
  switch (mediaTypeOf(contentType)) {
    case 'text/event-stream':
      return new SseSplitter(maxEventBytes);
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
    case 'application/x-jsonlines':
      return new JsonLinesSplitter(maxEventBytes);
    case 'application/vnd.amazon.eventstream':
      return new AwsEventStreamSplitter(maxEventBytes);
    default:
      return undefined;
  }
}

function mediaTypeOf(contentType: string): string {
  const semicolon = contentType.indexOf(';');
  return (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
}
