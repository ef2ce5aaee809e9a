import { readConfig, type Config, type Environment } from '../../service/config';

function configOf(env: Environment): Config {
  const read = readConfig(env);
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.config;
}

function problemsOf(env: Environment): readonly string[] {
  const read = readConfig(env);
  return 'problems' in read ? read.problems : [];
}

describe('the configuration', () => {
  test('has a default for every variable, with every fault and danger off', () => {
    expect(configOf({})).toEqual({
      port: 8080,
      version: 'dev',
      longestTaskMs: 15_000,
      minimumDrainMs: 1000,
      retirementMs: 0,
      hardStopMs: 18_000,
      keepAliveMs: 72_000,
      preStopMs: 8000,
      dangerousEndpoints: false,
      faults: { slowStartMs: 0, delayMs: 0, errorPercent: 0, refuseDrain: false, exitAtOnce: false },
    });
  });

  test('takes an empty variable for an unset one', () => {
    expect(configOf({ PORT: '', VERSION: '', DANGEROUS_ENDPOINTS: '' })).toEqual(configOf({}));
  });

  test('reads each variable into the field of its name', () => {
    const config = configOf({
      PORT: '1',
      VERSION: 'v2',
      LONGEST_TASK_MS: '3',
      MINIMUM_DRAIN_MS: '4',
      RETIREMENT_MS: '3',
      HARD_STOP_MS: '5',
      KEEP_ALIVE_MS: '6',
      PRESTOP_MS: '7',
      DANGEROUS_ENDPOINTS: 'on',
      FAULT_SLOW_START_MS: '8',
      FAULT_DELAY_MS: '9',
      FAULT_ERROR_PERCENT: '10',
      FAULT_REFUSE_DRAIN: 'on',
      FAULT_EXIT_AT_ONCE: 'on',
    });
    const faults = { slowStartMs: 8, delayMs: 9, errorPercent: 10, refuseDrain: true, exitAtOnce: true };
    expect(config).toEqual({
      port: 1,
      version: 'v2',
      longestTaskMs: 3,
      minimumDrainMs: 4,
      retirementMs: 3,
      hardStopMs: 5,
      keepAliveMs: 6,
      preStopMs: 7,
      dangerousEndpoints: true,
      faults,
    });
  });

  test('reports every wrong variable at once, with what was expected and what was found', () => {
    const env = { PORT: '65536', VERSION: 'a b', FAULT_ERROR_PERCENT: '101', FAULT_REFUSE_DRAIN: 'yes' };
    expect(problemsOf(env)).toEqual([
      'PORT: expected a whole number of 0 to 65535, found "65536"',
      'VERSION: expected up to 63 letters, digits, ".", "_", "+" or "-", beginning with a letter or digit, found "a b"',
      'FAULT_ERROR_PERCENT: expected a whole number of 0 to 100, found "101"',
      'FAULT_REFUSE_DRAIN: expected on or off, found "yes"',
    ]);
  });

  test.each(['-1', '1.5', '1e3', '0x10', ' 1', 'NaN', 'Infinity', '99999999999'])(
    'refuses %p as a number of milliseconds',
    (text) => {
      expect(problemsOf({ PRESTOP_MS: text })).toHaveLength(1);
    },
  );

  test.each(['v1\r\nx-evil: 1', '"', 'ü', '-v', 'v'.repeat(64)])('refuses %p as a version', (text) => {
    expect(problemsOf({ VERSION: text })).toHaveLength(1);
  });

  test('refuses a drain that the hard stop would always cut off', () => {
    expect(problemsOf({ MINIMUM_DRAIN_MS: '18000', RETIREMENT_MS: '20000' })).toEqual([
      'MINIMUM_DRAIN_MS: expected less than HARD_STOP_MS = 18000, found "18000"',
      'RETIREMENT_MS: expected less than HARD_STOP_MS = 18000, found "20000"',
    ]);
    expect(problemsOf({ MINIMUM_DRAIN_MS: '17999', RETIREMENT_MS: '17999' })).toEqual([]);
  });
});
