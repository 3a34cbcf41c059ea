import { thresholdText } from './randomness.ts';

/** What is written on a kept line, so that counts over kept lines can be made whole again. Lines alike share one. */
export class Stamp {
  /** How many lines this one stands for: 1 / the rate it was kept at. */
  readonly sample_rate: number;
  /** OpenTelemetry's T: lines whose randomness was below were dropped. */
  readonly 'sampling.threshold': string;
  /** The policy's pattern id, else the signature; absent on protected lines, whose text is not looked at. */
  readonly 'weir.pattern'?: string;
  /** 0: kept without a policy. */
  readonly 'weir.policy_version': number;
  #json: string | undefined;

  constructor(of: { readonly rate: number; readonly pattern?: string | undefined; readonly policyVersion: number }) {
    this.sample_rate = 1 / of.rate;
    this['sampling.threshold'] = thresholdText(of.rate);
    if (of.pattern !== undefined) this['weir.pattern'] = of.pattern;
    this['weir.policy_version'] = of.policyVersion;
  }

  /** `,"sample_rate":5,...`: the stamp as it goes on behind other fields; made once. */
  json(): string {
    this.#json ??= `,${JSON.stringify(this).slice(1, -1)}`;
    return this.#json;
  }
}
