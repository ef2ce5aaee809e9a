// Jest compiles each file anew for each suite, and a suite loads hundreds of files that another has loaded before. Here V8 compiles a
// file once in a process. Each suite still runs it anew, in its own sandbox: what is shared is only the bytecode. It holds each function
// that any suite has called, so that no suite has to compile it again. That is a sixth of the time of all suites.
const v8 = require('node:v8');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

// What V8 optimizes for one suite is thrown away with its sandbox, and most suites are over before it pays. So a function has to run
// longer before it is optimized: that is a seventh of the time of all suites. Programs that tests start are not affected. From Node 22 on
// V8 has a cheaper compiler for what runs a little, and later no such flag.
if (Number(process.versions.node.split('.')[0]) < 22) v8.setFlagsFromString('--interrupt-budget=1000000');

const compileFunction = vm.compileFunction;
/** By file. Each worker has its own, for as long as it lives. */
const compiled = new Map();

vm.compileFunction = (body, parameters, options) => {
  const { filename, parsingContext } = options;
  if (parsingContext === undefined) return compileFunction(body, parameters, options);
  const head = `(function (${parameters.join(', ')}) {`;
  const known = compiled.get(filename);
  if (known?.head === head && known.body === body) return known.script.runInContext(parsingContext);
  // The head is in the first line of the file: without the offset each column of that line would be told wrong. What jest offers for
  // import() is left out, as it would keep the first suite's modules in memory: without --experimental-vm-modules it only fails.
  const script = new vm.Script(`${head}${body}\n})`, { filename, columnOffset: -head.length });
  compiled.set(filename, { head, body, script });
  return script.runInContext(parsingContext);
};

module.exports = TestEnvironment;
