// Installs the compared gateways beside the benchmark, at the exact versions of the lockfile: npx node bench/peers/install.ts
import { spawnSync } from 'node:child_process';

const result = spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', import.meta.dirname], { stdio: 'inherit' });
process.exitCode = result.status ?? 1;
