import type { DatabaseSync } from 'node:sqlite';

/** The writer's statements, prepared once. */
export function ledgerStatements(database: DatabaseSync) {
  return {
    insertRecord: database.prepare(`
      INSERT INTO usage_records (request_id, timestamp, project_id, key_id, user_id, agent_type, model, provider, wire,
        succeeded, input_tokens, output_tokens, cost_nano, unpriced, estimated, saved_nano, run_id,
        record)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`),
    insertTag: database.prepare('INSERT INTO usage_tags (request_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    insertOutbox: database.prepare('INSERT INTO usage_outbox (request_id) VALUES (?) ON CONFLICT DO NOTHING'),
    insertIntent: database.prepare(`
      INSERT INTO open_intents (request_id, attempt, process_epoch, record) VALUES (?, ?, ?, ?)
      ON CONFLICT DO NOTHING`),
    deleteIntents: database.prepare('DELETE FROM open_intents WHERE request_id = ?'),
    openIds: database.prepare('SELECT DISTINCT request_id FROM open_intents'),
    deadIntents: database.prepare(
      'SELECT record FROM open_intents WHERE process_epoch <> ? ORDER BY request_id, attempt',
    ),
    offset: database.prepare('SELECT shipped FROM spool_offsets WHERE segment = ?'),
    saveOffset: database.prepare(`
      INSERT INTO spool_offsets (segment, shipped) VALUES (?, ?)
      ON CONFLICT (segment) DO UPDATE SET shipped = excluded.shipped`),
    forgetOffset: database.prepare('DELETE FROM spool_offsets WHERE segment = ?'),
    addHour: database.prepare(`
      INSERT INTO usage_hourly (start, project_id, user_id, key_id, agent_type, model, provider, wire,
        calls, succeeded, input_tokens, output_tokens, cost_nano, unpriced, estimated, saved_nano)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (start, project_id, user_id, key_id, agent_type, model, provider, wire) DO UPDATE SET
        calls = usage_hourly.calls + excluded.calls, succeeded = usage_hourly.succeeded + excluded.succeeded,
        input_tokens = usage_hourly.input_tokens + excluded.input_tokens,
        output_tokens = usage_hourly.output_tokens + excluded.output_tokens,
        cost_nano = usage_hourly.cost_nano + excluded.cost_nano,
        unpriced = usage_hourly.unpriced + excluded.unpriced, estimated = usage_hourly.estimated + excluded.estimated,
        saved_nano = usage_hourly.saved_nano + excluded.saved_nano`),
    addDay: database.prepare(`
      INSERT INTO usage_daily (start, project_id, user_id, key_id, agent_type, model, provider, wire,
        calls, succeeded, input_tokens, output_tokens, cost_nano, unpriced, estimated, saved_nano)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (start, project_id, user_id, key_id, agent_type, model, provider, wire) DO UPDATE SET
        calls = usage_daily.calls + excluded.calls, succeeded = usage_daily.succeeded + excluded.succeeded,
        input_tokens = usage_daily.input_tokens + excluded.input_tokens,
        output_tokens = usage_daily.output_tokens + excluded.output_tokens,
        cost_nano = usage_daily.cost_nano + excluded.cost_nano,
        unpriced = usage_daily.unpriced + excluded.unpriced, estimated = usage_daily.estimated + excluded.estimated,
        saved_nano = usage_daily.saved_nano + excluded.saved_nano`),
  };
}
