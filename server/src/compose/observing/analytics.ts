import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Stores } from '../stores.ts';

export interface Analytics {
  close(): Promise<void>;
}

/** The copy of usage in ClickHouse, when it is configured; its driver is loaded only then. */
export async function startAnalytics(of: {
  config: Config;
  stores: Stores;
  clock: Clock;
  logger: Logger;
}): Promise<Analytics> {
  const { url, table, max_waiting_records } = of.config.clickhouse;
  if (url === undefined) return { close: async () => {} };
  const { UsageSink } = await import('../../storage/clickhouse/usage-sink.ts');
  return new UsageSink({
    url,
    table,
    outbox: of.stores.storage.outbox,
    isChosen: () => of.stores.replicas.isFirst(),
    clock: of.clock,
    maxWaiting: max_waiting_records,
    report(news) {
      const line = { event: 'clickhouse', ...news };
      if (news.state === 'again') of.logger.info(line, 'ClickHouse takes usage again');
      else if (news.state === 'lost') of.logger.warn(line, 'ClickHouse does not take usage; it waits');
      else of.logger.error(line, 'ClickHouse was away for too long; the oldest records are left out of the copy');
    },
  });
}
