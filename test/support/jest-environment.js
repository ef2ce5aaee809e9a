// Jest compiles each file anew for each suite, and a suite loads hundreds of files that another has loaded before. V8 takes over what
// it found out about the same text of the same file: that is a sixth of the time of all suites.
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const compile = vm.compileFunction;
/** By file. Each worker has its own, for as long as it lives. */
const compiled = new Map();

vm.compileFunction = (text, parameters, options) => {
  const known = compiled.get(options.filename);
  if (known?.text === text) return compile(text, parameters, { ...options, cachedData: known.data });
  const made = compile(text, parameters, { ...options, produceCachedData: true });
  if (made.cachedDataProduced) compiled.set(options.filename, { text, data: made.cachedData });
  return made;
};

module.exports = TestEnvironment;
