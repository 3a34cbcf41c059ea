/**
 * Advisory locks of a Weir database, all held for one transaction only: those of a session would not survive a connection
 * pooler. The numbers spell "weir" and must not change: replicas of two versions meet on them.
 */
export const LOCKS = {
  migrations: 0x77656972_01,
  audit: 0x77656972_02,
  changes: 0x77656972_03,
  housekeeping: 0x77656972_04,
} as const;
