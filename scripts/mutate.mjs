// Breaks one line at a time and looks whether a test turns red: mutate.mjs [--only FILE_PART] [--among FILE] [--every N] [--workers N] [--list]
// Stryker needs a newer Node than this project promises. In copies of the working tree below build/, so that nothing here changes.
import { execFileSync, fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mutantsOf } from './mutants.mjs';

const istio = (...names) => names.map((name) => `test/driver/istio/${name}.test.ts`);
const deciding = istio('decide', 'decide-ending', 'decide-requests', 'decide-sick');
/** By file: the tests that are asked. Unit tests alone, and those that touch it: all of them would take days. */
const ofDriver = {
  guard: istio('guard', 'exceptions'),
  'guard-pods': istio('guard-pods'),
  capacity: istio('capacity', 'enough-pods', 'begin'),
  decide: [...deciding, ...istio('put-back', 'watched')],
  granted: istio('exceptions', 'accepted-loss'),
  interrupts: [...deciding, ...istio('interrupts')],
  goal: [...deciding, ...istio('goal')],
  begin: [...deciding, ...istio('begin')],
  changed: istio('changed', 'decide'),
  'way-back': istio('way-back'),
  reconcile: [...deciding, ...istio('way-back')],
  transition: deciding,
  ended: istio('ended', 'decide-ending'),
  'put-back': istio('put-back'),
  watched: istio('watched'),
  memory: [...deciding, ...istio('watched', 'pending-connections')],
  'proxy-checks': [...istio('decide', 'probes')],
  'pending-connections': istio('pending-connections'),
  'rules/add': istio('rules/add', 'decide', 'decide-ending', 'enough-pods'),
  'rules/change': istio('rules/change', 'apply-change'),
  'rules/held': istio('rules/held', 'decide'),
  'rules/kept': istio('way-back', 'decide'),
  'rules/loss': istio('rules/loss', 'accepted-loss'),
  'rules/remove': istio('rules/remove', 'decide', 'decide-ending', 'accepted-loss'),
  'rules/route': istio('decide', 'probes', 'way-back'),
  'rules/steps': deciding,
  'rules/take-over': istio('take-over'),
  'rules/unrouted': istio('held-requests', 'decide'),
};
const targets = {
  ...Object.fromEntries(Object.entries(ofDriver).map(([name, tests]) => [`driver/istio/${name}.ts`, tests])),
  ...Object.fromEntries(
    ['edit-routes', 'http-routes', 'patch', 'subsets', 'probe-routes', 'marked-name', 'routes', 'at-rest']
      .concat(['contradictions', 'declared-routes', 'destinations', 'hosts', 'service-shape', 'version-shape'])
      .map((name) => [`manifests/${name}.ts`, ['test/manifests']]),
  ),
  ...Object.fromEntries(
    [
      'destination-rule',
      'graceful-deployment',
      'pod-template',
      'pre-stop',
      'probes',
      'service',
      'sidecar',
      'virtual-service',
      'workload',
    ].map((name) => [`charts/${name}.ts`, ['test/charts']]),
  ),
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    /** A file with lines as --list prints them: only these, such as those that have survived before. */
    among: { type: 'string' },
    /** Only each n-th mutant: a shorter run that looks at every file all the same. */
    every: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
  },
});
const files = Object.keys(targets).filter((file) => file.includes(values.only));
const all = files.flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
// Their lines may have moved since.
const withoutLine = (name) => name.replace(/:\d+ /, ' ');
const named = values.among && readFileSync(values.among, 'utf8').split('\n').map(withoutLine);
const mutants = all
  .filter((_, index) => index % Number(values.every) === 0)
  .filter((mutant) => !named || named.includes(withoutLine(nameOf(mutant))));
if (values.list) for (const mutant of mutants) console.log(nameOf(mutant));
else await run();

async function run() {
  const results = [];
  const waiting = [...mutants];
  const workers = Array.from({ length: Number(values.workers) }, (_, index) =>
    workerIn(copyOf(`build/mutate/${index}`)),
  );
  await Promise.all(
    workers.map(async (worker) => {
      await baseline(worker);
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) results.push(await tried(worker, mutant));
      worker.process.kill();
    }),
  );
  report(results);
}

function nameOf({ file, line, what }) {
  return `${file}:${line} ${what}`;
}

/** A test that is red without any mutant would call each of them killed. */
async function baseline(worker) {
  const tests = [...new Set(files.flatMap((file) => targets[file]))];
  if (!(await worker.isGreen(tests)))
    throw new Error(`expected green tests before any mutant, found red ones in ${tests.join(', ')}`);
}

async function tried(worker, mutant) {
  const path = join(worker.folder, mutant.file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, original.slice(0, mutant.start) + mutant.text + original.slice(mutant.end));
  const survives = await worker.isGreen(targets[mutant.file]);
  writeFileSync(path, original);
  console.log(`${survives ? 'survived' : 'killed'}: ${nameOf(mutant)}`);
  return { ...mutant, survives };
}

/** Jest stays loaded in each worker: starting it costs more than most of the tests. */
function workerIn(folder) {
  const worker = fork(resolve('scripts/mutate-worker.mjs'), {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    folder,
    process: worker,
    isGreen: (tests) =>
      new Promise((done, fail) => {
        worker.removeAllListeners('error');
        worker.once('error', fail);
        worker.once('message', done);
        worker.send(tests);
      }),
  };
}

function copyOf(folder) {
  rmSync(folder, { recursive: true, force: true });
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
  for (const file of tracked.split('\n').filter((name) => name !== '' && existsSync(name))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(file, join(folder, file));
  }
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

function report(results) {
  console.log('\n| file | mutants | killed | survived |\n| --- | --- | --- | --- |');
  for (const file of files) {
    const own = results.filter((result) => result.file === file);
    const survived = own.filter(({ survives }) => survives).length;
    if (own.length > 0) console.log(`| \`${file}\` | ${own.length} | ${own.length - survived} | ${survived} |`);
  }
}
