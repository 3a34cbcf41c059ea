import { CompressionAlgorithm, OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { JsonLogsSerializer, LogsExporterMetricsHelper, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';

const ENCODINGS = {
  json: { type: 'application/json', serializer: JsonLogsSerializer },
  protobuf: { type: 'application/x-protobuf', serializer: ProtobufLogsSerializer },
};

/** OpenTelemetry's own SDK and exporter for a service; `failures` has what the exporter was refused. */
export function otelLogs(of: {
  url: string;
  key: string;
  service: string;
  encoding: keyof typeof ENCODINGS;
  gzip?: boolean;
}) {
  const { type, serializer } = ENCODINGS[of.encoding];
  const options = convertLegacyHttpOptions(
    {
      url: `${of.url}/v1/logs`,
      headers: { authorization: `Bearer ${of.key}` },
      compression: of.gzip ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
    },
    ...(['LOGS', 'v1/logs', { 'Content-Type': type }] as const),
  );
  const exporter = new OTLPExporterBase<ReadableLogRecord[]>(
    createOtlpHttpExportDelegate(options, serializer, 'otlp_http_log_exporter', LogsExporterMetricsHelper, undefined),
  );
  const failures: (Error | undefined)[] = [];
  const watched = {
    export: (records: ReadableLogRecord[], done: Parameters<typeof exporter.export>[1]) =>
      exporter.export(records, (result) => {
        if (result.code !== 0) failures.push(result.error);
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': of.service }),
    processors: [new BatchLogRecordProcessor({ exporter: watched })],
  });
  return {
    logger: provider.getLogger('test'),
    flush: () => provider.forceFlush(),
    close: () => provider.shutdown(),
    failures,
  };
}
