// Of all that tests draw at random: CI must not fail by luck, and a failure must come again (docs/decisions/0022-ci-does-not-gamble.md).
process.env.HANDOVER_SEED ??= '20261127';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/support/jest-environment.js',
  testSequencer: '<rootDir>/test/support/longest-first.js',
  roots: ['<rootDir>/test'],
  // With two processors jest would use one: most tests wait for programs that they started.
  maxWorkers: '100%',
  testMatch: ['**/*.test.ts'],
  // Otherwise each use of such a name asks jest's sandbox for it, and a simulated world takes several times as long. Nothing that a
  // test may replace, such as Date, fetch or a timer: a module keeps what it found when it was loaded.
  sandboxInjectedGlobals: ['Array', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'Set', 'String'],
  moduleNameMapper: {
    '^fast-check$': '<rootDir>/test/support/seeded-fast-check.js',
    // Zod loads its messages in fifty languages, and handover uses the English ones: 30 ms for each suite.
    '/locales/index\\.cjs$': '<rootDir>/node_modules/zod/v4/locales/en.cjs',
  },
  transform: { '\\.[jt]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }] },
  // The Kubernetes client, p-limit, and what they are built on are published as ES modules only.
  transformIgnorePatterns: [
    '/node_modules/(?!(@kubernetes/client-node|openid-client|oauth4webapi|jose|p-limit|yocto-queue)/)',
  ],
};
