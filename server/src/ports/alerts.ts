/** What an alert is about; each kind has its own subject and `details`. */
export type AlertKind = 'budget' | 'provider_down' | 'error_surge' | 'key_anomaly' | 'ledger_lag';

/** Something an operator wants to hear of without looking. Never holds user text or secrets. */
export interface Alert {
  readonly kind: AlertKind;
  /** Same subject, kind and `onceKey`: the same alert. Receivers may drop repeats. */
  readonly onceKey: string;
  /** Undefined: about the whole server. */
  readonly projectId: string | undefined;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** One sentence for people: what happened and what will happen next. */
  readonly message: string;
  /** The same for programs; names are snake_case with units, values are numbers, texts or null. */
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/** Where alerts go: webhook, inbox, metrics. Takes the alert and returns at once; never throws and never waits. */
export interface AlertSink {
  send(alert: Alert): void;
}
