const MASK = (1n << 64n) - 1n;
const PRIME = 0x6eed0e9da4d94a4fn;
const SEEDS = [0x16f11fe89b0d677cn, 0xb480a793d8e6c86cn, 0x6fe2e5aaf078ebc9n, 0x14f994a4c5259381n] as const;

/** SeaHash, the 64-bit hash by which Vector's `sample` spreads keys. */
export function seahash(bytes: Uint8Array): bigint {
  const lanes: bigint[] = [...SEEDS];
  for (let at = 0; at < bytes.length; at += 8) {
    const lane = lanes.shift() as bigint;
    lanes.push(diffuse(lane ^ littleEndian(bytes.subarray(at, at + 8))));
  }
  const mixed = lanes.reduce((all, lane) => all ^ lane, BigInt(bytes.length));
  return diffuse(mixed);
}

function diffuse(value: bigint): bigint {
  let mixed = (value * PRIME) & MASK;
  mixed ^= (mixed >> 32n) >> (mixed >> 60n);
  return (mixed * PRIME) & MASK;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n);
}
