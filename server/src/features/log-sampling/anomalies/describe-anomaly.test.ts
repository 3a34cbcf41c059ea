import { expect, test } from 'vitest';
import { describeAnomaly } from './describe-anomaly.ts';

test('says of what there is more or less than before, and that errors matter most', () => {
  expect(describeAnomaly({ kind: 'error_surge', pattern: null, seen: 40, usual: 12 })).toMatchObject({
    severity: 'high',
    message: 'The service: error surge, 40 now, 12 at most before',
  });
  expect(describeAnomaly({ kind: 'rate_band', pattern: 'p1', seen: 3, usual: 90 })).toMatchObject({
    severity: 'medium',
    message: 'p1: rate band, 3 now, 90 at least before',
  });
});
