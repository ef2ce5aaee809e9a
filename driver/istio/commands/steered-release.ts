/** Which release an operator steers: the one of the file, or the one that the cluster has on record under a name. */
import type { ManifestFile, ServiceShape } from '../../../manifests';
import { Refusal, type Release } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Io } from '../../io';
import { readRelease, readText, releaseIn, type Options } from '../../options';
import type { Cluster } from '../cluster';
import { releaseOf } from '../recorded-release';
import { connectTo, targetOf } from './drive-release';

export interface Steered {
  readonly release: Release;
  readonly cluster: Cluster;
  /** Undefined without a file, as is its text: then nothing is synthesized, and nothing written to files. */
  readonly carried: ServiceShape | undefined;
  readonly text: string | undefined;
  /** The files that synth wrote when the command began. */
  readonly before?: readonly ManifestFile[];
}

export async function steeredRelease(io: Io, options: Options, name: string): Promise<Steered> {
  if (name !== '') return named(io, options, name);
  const text = readText(io, options.file);
  return { text, ...(await targetOf(io, options, releaseIn(io, text, options))) };
}

/** An abort must not wait for a file that is corrected, or for an app that runs: the file says only which release it is. */
export async function releaseToAbort(io: Io, options: Options, name: string): Promise<Steered> {
  if (name !== '') return named(io, options, name);
  const release = readRelease(io, options);
  const cluster = await connectTo(io, options);
  const record = await cluster.recordOf(release);
  return { release: (record && releaseOf(record)) ?? release, cluster, carried: undefined, text: undefined };
}

async function named(io: Io, options: Options, name: string): Promise<Steered> {
  const service = serviceNamed(options, name);
  const { namespace } = service;
  const cluster = await connectTo(io, options);
  const record = await cluster.recordOf(service);
  const release = record && releaseOf(record);
  if (release) return { release, cluster, carried: undefined, text: undefined };
  const found = record ? 'a record of an older handover' : 'none';
  const fix = record
    ? 'name the release file with --file instead'
    : 'start one with handover run VERSION; handover status --history shows those that ended';
  throw new Refusal('nothing-under-way', `a release of ${name} under way in ${namespace}`, found, fix);
}

export function serviceNamed({ namespace }: Options, name: string): NamespacedName {
  if (namespace !== undefined) return { namespace, name };
  throw new Refusal('usage', `--namespace beside the name ${name}`, 'none', 'such as: handover abort shop -n shop');
}
