/** `handover import`: from a service that runs to the files of a release. The cluster is only read. */
import { exitCodes, Refusal, type Manifest } from '../../model';
import type { Io } from '../io';
import type { Options } from '../options';
import type { Running } from './dangers';
import { tried, writeImported } from './files';
import { importService } from './import-service';
import { danger, noteLines } from './note';
import { objectsIn } from './read-given';
import { readLive } from './read-live';

export interface ImportOptions extends Options {
  /** The folder that is written to. */
  readonly output: string;
  readonly overwrite?: boolean;
  /** The Service, where several select the pods. */
  readonly service?: string;
  /** The first version is a second Deployment. */
  readonly copy?: boolean;
}

/** `given`: the file of manifests, - for the standard input; undefined: the cluster is asked. */
export async function importCommand(
  io: Io,
  options: ImportOptions,
  argument: string,
  given: string | undefined,
): Promise<number> {
  const name = argument === '' ? undefined : deploymentName(argument);
  const source = given === undefined ? await fromCluster(io, options, name) : fromFile(io, options, given);
  const { namespace, origin } = source;
  const wanted = { namespace, name, service: options.service };
  const objects = source.objects.map((each) => withNamespace(each, namespace));
  // Files do not say that they run.
  const isCopied = options.copy === true || source.running === undefined;
  const imported = importService(objects, wanted, origin, source.running, isCopied);
  const warnings = await tried(imported.files, io.synth);
  const notes = [...imported.notes, ...warnings.map((warning) => danger('synth warns', warning))];
  const isDry = options.dryRun === true;
  const written = isDry ? [] : writeImported(imported.files, options.output, options.overwrite === true);
  if (options.json) io.out(`${JSON.stringify({ written, notes, files: imported.files })}\n`);
  else
    io.out(
      noteLines(notes) + (isDry ? contents(imported.files) : nextSteps(written, options.output, imported.isAdopted)),
    );
  return exitCodes.completed;
}

interface Source {
  readonly namespace: string;
  readonly origin: string;
  readonly objects: readonly Manifest[];
  readonly running: Running | undefined;
}

async function fromCluster(io: Io, options: ImportOptions, name: string | undefined): Promise<Source> {
  if (name === undefined) {
    const fix = 'such as handover import deployment/shop -n shop, or handover import -f manifests.yaml';
    throw new Refusal('usage', 'a Deployment, or manifests with -f', 'neither', fix);
  }
  const reach = io.reach({ kubeconfig: options.kubeconfig, context: options.context });
  try {
    const namespace = options.namespace ?? reach.namespace ?? 'default';
    const live = await reach.refusing(() => readLive(reach.api, { namespace, name }, io.err));
    const origin = `deployment/${name} in the namespace ${namespace}`;
    if (live) return { ...live, namespace, origin };
    throw new Refusal('import', origin, 'none of this name', 'see kubectl get deployments --all-namespaces');
  } finally {
    reach.close();
  }
}

function fromFile(io: Io, options: ImportOptions, path: string): Source {
  const file = path === '-' ? 'the standard input' : path;
  const objects = objectsIn(file, textOf(io, path));
  const said = new Set(objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.namespace));
  const [only] = said;
  const namespace = options.namespace ?? (said.size === 1 ? only : undefined);
  if (namespace === undefined)
    throw new Refusal('usage', `the namespace of the service in ${file}`, 'none', 'name it: -n NAMESPACE');
  return { namespace, origin: file, objects, running: undefined };
}

function textOf(io: Io, path: string): string {
  try {
    return io.readFile(path);
  } catch (error) {
    throw new Refusal('usage', `manifests at ${path}`, (error as Error).message, 'correct the path after -f');
  }
}

/** `deployment/shop`, as kubectl takes it, or `shop`. */
function deploymentName(argument: string): string {
  const match = /^(?:(?:deployments?|deploy)(?:\.apps)?\/)?([^/]+)$/i.exec(argument);
  if (match?.[1] !== undefined) return match[1];
  const fix = 'name a Deployment: handover releases nothing else';
  throw new Refusal('usage', 'deployment/NAME', argument, fix);
}

/** A short host in a route means a Service of the route's own namespace. */
function withNamespace(object: Manifest, namespace: string): Manifest {
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
}

function contents(files: readonly { readonly path: string; readonly text: string }[]): string {
  return files.map(({ path, text }) => `\n# ${path}\n${text}`).join('');
}

function nextSteps(written: readonly string[], folder: string, isAdopted: boolean): string {
  if (isAdopted) return stepsToAdopt(written, folder);
  const file = folder === 'app' ? '' : `RELEASE_FILE=${written[0] ?? ''} `;
  return [
    '',
    `written: ${written.join(', ')}`,
    'Nothing in the cluster has changed. Read the files, say timings.longestRequest, and look at what would be new:',
    `  ${file}npx cdk8s synth && kubectl diff -f dist/`,
    'docs/aboard.md has the order in which to apply them without losing a request.',
    '',
  ].join('\n');
}

function stepsToAdopt(written: readonly string[], folder: string): string {
  const file = folder === 'app' ? '' : ` -f ${written[0] ?? ''}`;
  return [
    '',
    `written: ${written.join(', ')}`,
    'Nothing in the cluster has changed. Read the files, and say timings.longestRequest. Then take the service over:',
    `  handover plan${file}            what that changes`,
    `  handover apply --adopt${file}   do it; it moves no request to another pod`,
    'docs/aboard.md says what comes next. Do not kubectl apply dist/ before: a route would name a subset that proxies do not know yet.',
    '',
  ].join('\n');
}
