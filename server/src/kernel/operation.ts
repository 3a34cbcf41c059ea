/** What a call asks for. Chat-like operations are translated between wires; those after embeddings pass through unread but metered. */
export type Operation =
  | 'chat'
  | 'embeddings'
  | 'moderations'
  | 'count-tokens'
  /** Reading, deleting and cancelling responses that live at a provider. */
  | 'responses'
  | 'images'
  | 'audio'
  | 'files'
  | 'batches'
  | 'raw-task';
