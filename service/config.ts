/** What the environment says. The names are a contract with the charts, which compute the timings from one budget. */
export interface Config {
  readonly port: number;
  readonly version: string;
  readonly longestTaskMs: number;
  readonly minimumDrainMs: number;
  readonly retirementMs: number;
  readonly hardStopMs: number;
  readonly keepAliveMs: number;
  readonly preStopMs: number;
  readonly dangerousEndpoints: boolean;
  readonly faults: FaultSettings;
}

export interface FaultSettings {
  readonly slowStartMs: number;
  readonly delayMs: number;
  readonly errorPercent: number;
  readonly refuseDrain: boolean;
  readonly exitAtOnce: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Three times the longest time that a release file may name: what the hard stop is at most. */
const longestMs = 129_600_000;
/** Safe as a header value, as a metric label and inside JSON alike. */
const versionPattern = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/;

/** Reads every variable before it reports, so that one restart shows all mistakes. */
export function readConfig(env: Environment): { readonly config: Config } | { readonly problems: readonly string[] } {
  const read = new Reader(env);
  const config: Config = {
    port: read.wholeNumber('PORT', 8080, 65_535),
    version: read.version('VERSION', 'dev'),
    longestTaskMs: read.wholeNumber('LONGEST_TASK_MS', 15_000),
    minimumDrainMs: read.wholeNumber('MINIMUM_DRAIN_MS', 1000),
    retirementMs: read.wholeNumber('RETIREMENT_MS', 0),
    hardStopMs: read.wholeNumber('HARD_STOP_MS', 18_000),
    keepAliveMs: read.wholeNumber('KEEP_ALIVE_MS', 72_000),
    preStopMs: read.wholeNumber('PRESTOP_MS', 8000),
    dangerousEndpoints: read.onOff('DANGEROUS_ENDPOINTS'),
    faults: {
      slowStartMs: read.wholeNumber('FAULT_SLOW_START_MS', 0),
      delayMs: read.wholeNumber('FAULT_DELAY_MS', 0),
      errorPercent: read.wholeNumber('FAULT_ERROR_PERCENT', 0, 100),
      refuseDrain: read.onOff('FAULT_REFUSE_DRAIN'),
      exitAtOnce: read.onOff('FAULT_EXIT_AT_ONCE'),
    },
  };
  // Every shutdown would else be a hard stop, which cuts off requests that had time to finish.
  read.lessThanHardStop('MINIMUM_DRAIN_MS', config.minimumDrainMs, config);
  read.lessThanHardStop('RETIREMENT_MS', config.retirementMs, config);
  return read.problems.length > 0 ? { problems: read.problems } : { config };
}

class Reader {
  readonly problems: string[] = [];

  constructor(private readonly env: Environment) {}

  wholeNumber(name: string, fallback: number, max = longestMs): number {
    const text = this.env[name] || String(fallback);
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Infinity;
    if (value <= max) return value;
    this.problem(name, `a whole number of 0 to ${max}`, text);
    return fallback;
  }

  onOff(name: string): boolean {
    const text = this.env[name] || 'off';
    if (text !== 'on' && text !== 'off') this.problem(name, 'on or off', text);
    return text === 'on';
  }

  lessThanHardStop(name: string, value: number, { hardStopMs }: Pick<Config, 'hardStopMs'>): void {
    if (value >= hardStopMs) this.problem(name, `less than HARD_STOP_MS = ${hardStopMs}`, String(value));
  }

  version(name: string, fallback: string): string {
    const text = this.env[name] || fallback;
    if (versionPattern.test(text)) return text;
    this.problem(name, 'up to 63 letters, digits, ".", "_", "+" or "-", beginning with a letter or digit', text);
    return fallback;
  }

  problem(name: string, expected: string, found: string): void {
    this.problems.push(`${name}: expected ${expected}, found ${JSON.stringify(found)}`);
  }
}
