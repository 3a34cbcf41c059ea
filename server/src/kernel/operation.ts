/** What a call asks for. Chat-like operations are translated between wires; the last four pass through unread but metered. */
export type Operation =
  | 'chat'
  | 'embeddings'
  | 'moderations'
  | 'count-tokens'
  | 'images'
  | 'audio'
  | 'files'
  | 'batches'
  | 'raw-task';
