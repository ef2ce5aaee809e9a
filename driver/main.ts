/** The program without a process: arguments in, exit code out, nothing global. */
import { Command, CommanderError, Option } from 'commander';
import { version } from '../package.json';
import { exitCodes, grades, Refusal, type Grade } from '../model';
import { operateCommand } from './istio/commands/operate';
import { byProfile, type IstioCommand, type RollingCommand } from './by-profile';
import { planCommand } from './istio/commands/plan';
import { rehearseCommand } from './istio/commands/rehearse';
import { applyCommand, runCommand } from './istio/commands/run';
import { statusCommand } from './istio/commands/status';
import type { Io } from './io';
import { defaults, type Options } from './options';
import type { Verb } from './istio/record';
import { applyRolling } from './rolling/commands/apply';
import { planRolling } from './rolling/commands/plan';
import { rollbackRolling } from './rolling/commands/rollback';
import { statusRolling } from './rolling/commands/status';

export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = exitCodes.completed;
  const program = build(io, (ending) => {
    code = ending;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.completed : exitCodes.failed;
    if (!(error instanceof Refusal)) throw error;
    io.err(`handover: ${error.code}: ${error.message}\n`);
    return error.code === 'usage' ? exitCodes.failed : exitCodes.refused;
  }
}

function build(io: Io, end: (code: number) => void): Command {
  const program = new Command('handover')
    .description(
      'Carries a release out, without losing a request: moves traffic only when every proxy was seen to be ready.',
    )
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .option('-f, --file <path>', 'the release file', defaults.file)
    .option('--dist <folder>', 'where the manifests are', defaults.dist)
    .option('--kubeconfig <path>', 'instead of KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'a context of the kubeconfig')
    .option('-n, --namespace <name>', 'instead of the namespace in the release file')
    .option('--timeout <seconds>', 'how long proxies may take to act on a write', String(defaults.timeoutSeconds))
    .option('--gateway-address <host:port>', "the gateway's address, for analyses that probe")
    .option('--prometheus-address <url>', 'instead of the address in the release file, as seen from here')
    .option('--no-write-back', 'leave the release file and the manifests alone; the ending in JSON has the text')
    .option('--adopt', 'go on from a route that somebody else changed, after you have looked at it')
    .addOption(evidence)
    .option('--assume-after <seconds>', 'with --evidence assumed: how long after a change it is taken for seen')
    .addOption(onFailure)
    .option('--json', 'results and events as JSON lines')
    .addOption(new Option('--unsafe-no-gate').hideHelp())
    .addHelpText('after', help);
  type Istio = (io: Io, options: Options, argument: string) => Promise<number>;
  const add = (name: string, text: string, istio: Istio, rolling?: RollingCommand) =>
    program
      .command(name)
      .description(text)
      .option('--dry-run', 'print the plan and change nothing')
      .action(async (...received: unknown[]) => {
        const command = received.at(-1) as Command;
        const onIstio: IstioCommand = (...given) => istio(...given, command.args[0] ?? '');
        end(await byProfile(io, command.optsWithGlobals(), onIstio, rolling));
      });
  const plan: Istio = (io, options, version) =>
    planCommand(io, options, version ? { kind: 'run', canary: version } : { kind: 'apply' });
  const operate =
    (verb: Verb): Istio =>
    (io, options) =>
      operateCommand(io, options, verb);
  add('plan [version]', 'print every write and wait of a release, or of an apply, and why', plan, planRolling);
  add('run <version>', 'move all traffic to a version by steps, then remove the one it replaces', runCommand);
  add('apply', 'make the release file true as it stands', applyCommand, applyRolling);
  add('status', 'show what is live', statusCommand, statusRolling);
  add('advance', 'end a pause', operate('advance'));
  add('promote', 'skip the remaining steps, still safely', operate('promote'));
  add('abort', 'return all traffic to the stable version', operate('abort'));
  add('rollback', 'return to the old version while it is kept', operate('rollback'), rollbackRolling);
  add('rehearse [version]', 'carry the release out in simulated worlds; needs no cluster', (io, options, version) =>
    rehearseCommand(io, options, version || undefined),
  );
  program
    .command('version')
    .description('print the version')
    .action(() => io.out(`${version}\n`));
  return program;
}

const onFailure = new Option('--on-failure <what>', 'what apply does about a rolling update that is stuck')
  .choices(['hold', 'rollback'])
  .default('hold');

const evidence = new Option('--evidence <grade>', 'by what proxies are known to act on a write')
  .choices(grades)
  .default('proxy' satisfies Grade);

const help = `
Exit codes: ${Object.entries(exitCodes)
  .map(([name, code]) => `${code} ${name}`)
  .join(', ')}.

Examples:
  handover plan v2          what a release of v2 would do; exit code 2 when it would do something
  handover run v2           do it; stop it with Ctrl-C at any moment, the same command carries on
  handover abort            from another shell: back to the stable version
  handover run v2 --json    one JSON line for each decision, write and verdict, on stderr
`;
