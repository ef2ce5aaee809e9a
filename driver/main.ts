/** The program without a process: arguments in, exit code out, nothing global. */
import { Command, CommanderError, Option } from 'commander';
import { version } from '../package.json';
import { exitCodes, grades, printable, Refusal, type Grade } from '../model';
import { addCompletion, asksForCompletion, complete } from './completion';
import { progressKinds } from './core/event-lines';
import { importCommand, type ImportOptions } from './import/command';
import { doctorCommand } from './istio/commands/doctor';
import { operateCommand } from './istio/commands/operate';
import { byProfile, type IstioCommand, type RollingCommand } from './by-profile';
import { planCommand } from './istio/commands/plan';
import { reportCommand } from './istio/commands/report';
import { rehearseCommand } from './istio/commands/rehearse';
import { applyCommand, runCommand } from './istio/commands/run';
import { statusCommand } from './istio/commands/status';
import type { Io } from './io';
import { defaults, untilOf, type Options } from './options';
import { applyRolling } from './rolling/commands/apply';
import { planRolling } from './rolling/commands/plan';
import { rehearseRolling } from './rolling/commands/rehearse';
import { rollbackRolling } from './rolling/commands/rollback';
import { statusRolling } from './rolling/commands/status';

export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = exitCodes.completed;
  const program = build(io, (ending) => {
    code = ending;
  });
  const [first, ...words] = args;
  if (first === asksForCompletion) {
    complete(program, io, words);
    return code;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.completed : exitCodes.failed;
    if (!(error instanceof Refusal)) throw error;
    io.err(`handover: ${error.code}: ${printable(error.message, 'lines')}\n`);
    return error.code === 'usage' ? exitCodes.failed : exitCodes.refused;
  }
}

function build(io: Io, end: (code: number) => void): Command {
  const program = withOptions(new Command('handover'), io);
  /** With a name where the verb takes one there may be no file that tells the profile. */
  const add = ({ usage, text, istio, rolling, takesName = false }: Verbs) =>
    program
      .command(usage)
      .description(text)
      .option('--dry-run', 'print the plan and change nothing')
      .action(async (...received: unknown[]) => {
        const command = received.at(-1) as Command;
        const [argument = ''] = command.args;
        const options: Options = command.optsWithGlobals();
        const onIstio: IstioCommand = (...given) => istio(...given, argument);
        end(takesName && argument !== '' ? await onIstio(io, options) : await byProfile(io, options, onIstio, rolling));
      });
  verbs.forEach(add);
  const commandOf = (verb: string) => program.commands.find((command) => command.name() === verb);
  const optionOf = (verb: string, flag: string, text: string) => commandOf(verb)?.option(flag, text);
  optionOf('plan', '--diff', 'with what becomes of each object; values that may be secrets are masked');
  optionOf('promote', '--full', 'skip the remaining steps, still safely');
  optionOf('status', '--watch', 'go on until the release is over');
  optionOf('status', '--history', 'show the releases that have ended, the newest first');
  // An abort removes no version.
  for (const verb of ['run', 'apply', 'promote']) commandOf(verb)?.addOption(acceptLoss());
  for (const verb of ['run', 'plan']) commandOf(verb)?.addOption(until());
  addImport(program, io, end);
  program
    .command('doctor')
    .description('say what would stand in the way of a release, and how to mend it; changes nothing')
    .action(async (_: unknown, command: Command) => end(await doctorCommand(io, command.optsWithGlobals())));
  addCompletion(program, io);
  program
    .command('version')
    .description('print the version')
    .action(() => io.out(`${version}\n`));
  return program;
}

/** Here -f has what to read, as for kubectl: the release file is what is made. */
function addImport(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('import [deployment]')
    .description(
      'write the release file of a service that runs, or of its manifests (-f); changes nothing in the cluster',
    )
    .option('--output <folder>', 'where to write release.yaml and k8s/', 'app')
    .option('--overwrite', 'write over files that are there')
    .option('--service <name>', 'the Service, where several select the pods')
    .option('--copy', 'begin with a second Deployment of the same build, instead of adopting the one that runs')
    .option('--dry-run', 'print what would be written, and write nothing')
    .action(async (deployment: string | undefined, _: unknown, command: Command) => {
      const options: ImportOptions = command.optsWithGlobals();
      const isGiven = program.getOptionValueSource('file') !== 'default';
      end(await importCommand(io, options, deployment ?? '', isGiven ? options.file : undefined));
    });
}

interface Verbs {
  readonly usage: string;
  readonly text: string;
  readonly istio: (io: Io, options: Options, argument: string) => Promise<number>;
  readonly rolling?: RollingCommand;
  /** The argument names a service whose release is on record in the cluster. */
  readonly takesName?: boolean;
}

const verbs: readonly Verbs[] = [
  {
    usage: 'plan [version]',
    text: 'print every write and wait of a release, or of an apply, and why; changes nothing',
    istio: (io, options, version) =>
      planCommand(io, options, version ? { kind: 'run', canary: version, until: untilOf(options) } : { kind: 'apply' }),
    rolling: planRolling,
  },
  {
    usage: 'run <version>',
    text: 'move all traffic to a version by steps, then remove the one it replaces',
    istio: runCommand,
  },
  { usage: 'apply', text: 'make the release file true as it stands', istio: applyCommand, rolling: applyRolling },
  {
    usage: 'status [service]',
    text: 'show what is live',
    istio: statusCommand,
    rolling: (io, options, release) => (options.history ? refuseHistory() : statusRolling(io, options, release)),
    takesName: true,
  },
  {
    usage: 'report [release]',
    text: 'print the page of a release that has ended, by its id or its version; left out: of the last one',
    istio: reportCommand,
    rolling: () => refuseHistory(),
  },
  {
    usage: 'promote [service]',
    text: 'pass one pause, or with --full all remaining steps',
    istio: (io, options, name) => operateCommand(io, options, options.full ? 'promote-full' : 'promote', name),
    takesName: true,
  },
  {
    usage: 'abort [service]',
    text: 'return all traffic to the stable version, as long as it is kept',
    istio: (io, options, name) => operateCommand(io, options, 'abort', name),
    takesName: true,
  },
  {
    usage: 'rollback',
    text: 'rolling update: return to the version before',
    istio: () => refuseRollback(),
    rolling: rollbackRolling,
  },
  {
    usage: 'rehearse [version]',
    text: 'carry the release out in simulated worlds; needs no cluster',
    istio: (io, options, version) => rehearseCommand(io, options, version || undefined),
    rolling: rehearseRolling,
  },
];

function withOptions(program: Command, io: Io): Command {
  return program
    .description(
      'Carries a release out, without losing a request: moves traffic only when every proxy was seen to be ready.',
    )
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: (text) => io.err(printable(text, 'lines')) })
    .option('-f, --file <path>', 'the release file', defaults.file)
    .option('--dist <folder>', 'where synthesized manifests are kept', defaults.dist)
    .option('--manifests <folder>', 'manifests that are ready, instead of running the app of cdk8s.yaml')
    .option('--kubeconfig <path>', 'instead of KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'a context of the kubeconfig')
    .option('-n, --namespace <name>', 'with the name of a service: where its release is; else what the file must name')
    .option('--timeout <seconds>', 'how long proxies may take to act on a write', String(defaults.timeoutSeconds))
    .option('--gateway-address <host:port>', "the gateway's address, for analyses that send requests")
    .option('--prometheus-address <url>', 'instead of the address in the release file, as seen from here')
    .option('--no-write-back', 'leave the release file and the manifests alone; the ending in JSON has the text')
    .option('--adopt', 'go on from what somebody else wrote, or take over what runs, after you have looked at it')
    .option('--report <file>', 'write what happened to this file, as HTML with its data in it')
    .option(
      '--without-proxy <pod.namespace...>',
      'do not wait for these proxies while they show nothing; you answer for them, and the record and the outcome say so',
    )
    .addOption(evidence)
    .option(
      '--assume-after <seconds>',
      'with --evidence assumed: how long after a change every proxy is assumed to have it',
    )
    .addOption(onFailure)
    .addOption(progress)
    .option('--json', 'results and events as JSON lines')
    .addOption(new Option('--unsafe-no-gate').hideHelp())
    .addHelpText('after', help);
}

function refuseHistory(): Promise<number> {
  const fix = 'use kubectl rollout history: Kubernetes keeps the earlier ReplicaSets';
  throw new Refusal('profile', 'the profile istio for a history of releases', 'rolling-update', fix);
}

function refuseRollback(): Promise<number> {
  const fix = 'use handover abort while the old version is kept, or run it again: handover run VERSION';
  throw new Refusal('profile', 'the profile rolling-update', 'istio', fix);
}

/** Not variadic: it would take the version of `run` for another value. */
const acceptLoss = () =>
  new Option(
    '--accept-loss <version=count>',
    'cut off up to so many requests in flight to a version that leaves; you answer for them, and record, history and outcome say so',
  ).argParser((value, earlier: readonly string[] = []) => [...earlier, value]);

const until = () =>
  new Option(
    '--until <what>',
    'drained: end when the former version has no traffic and is drained, and leave its removal to others, such as Git',
  ).choices(['drained']);

const onFailure = new Option('--on-failure <what>', 'what apply does about a rolling update that is stuck')
  .choices(['hold', 'rollback'])
  .default('hold');

const progress = new Option(
  '--progress <how>',
  'live: a picture on the terminal; lines; or none. Left out: live on a terminal',
).choices(progressKinds);

const evidence = new Option('--evidence <grade>', 'by what proxies are known to act on a write')
  .choices(grades)
  .default('proxy' satisfies Grade);

const help = `
Exit codes: ${Object.entries(exitCodes)
  .map(([name, code]) => `${code} ${name}`)
  .join(', ')}.

Examples:
  handover plan v2          what a release of v2 would do; exit code 2 when it would do something
  handover plan v2 --diff   and what becomes of each object
  handover run v2           do it; stop it with Ctrl-C at any moment, the same command carries on
  handover run v2 --until drained   the same, but v1 stays, without traffic, until Git removes it
  handover abort            from another shell: back to the stable version
  handover abort shop -n shop   the same, with nothing but a kubeconfig
  handover run v2 --report v2.html   and write a page that shows it to others
  handover report v2 > v2.html   a page of a release that has ended, from what the cluster has kept
  handover status --watch   the picture of a release that somebody else drives
  handover import deployment/shop -n shop   the release file of a service that runs
  handover completion bash  a script that completes verbs, options and versions; also for zsh and fish
  handover run v2 --json    one JSON line for each decision, write and verdict, on stderr
`;
