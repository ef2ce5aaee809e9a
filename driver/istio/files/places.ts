/**
 * Where the files of one service go in a folder that other services may share. Synthesized alone they are called
 * `0001-workload.k8s.yaml`, together with others `0004-shop-workload.k8s.yaml`. To go by the name would overwrite the manifests
 * of another service, or leave those of the earlier version beside the new ones, for the next apply to bring it back.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifests, type ManifestFile } from '../../../manifests';
import { labels, selectorLabels } from '../../../model';

/** For each file its name in the folder. */
export function placesIn(folder: string, files: readonly ManifestFile[], before: readonly ManifestFile[]): string[] {
  const [service] = files.flatMap(({ text }) => servicesIn(text));
  if (service === undefined || !existsSync(folder)) return files.map(({ file }) => file);
  const known = [...files, ...before];
  return files.map(({ file }) => {
    const shared = sharedName(folder, file, service);
    if (shared !== undefined) return shared;
    return isAnothers(folder, file, service, known) ? withService(file, service) : file;
  });
}

/** Also of what lies where a file of this service used to be: that another service has written there since. */
export function isAnothers(
  folder: string,
  file: string,
  service: string | undefined,
  known: readonly ManifestFile[],
): boolean {
  const text = textOf(join(folder, file));
  if (text === undefined || service === undefined) return false;
  const services = servicesIn(text);
  if (services.length > 0) return !services.includes(service);
  // A Namespace says of no service that it is its own.
  return !known.some((each) => each.file === file && each.text === text);
}

/** Those that the objects name; the account and the rights of a driver have the label of the app alone. */
export function servicesIn(text: string): string[] {
  const { manifests } = readManifests([{ file: '', text }]);
  const named = manifests.flatMap(({ manifest: { metadata } }) => {
    const service = metadata.labels?.[labels.service] ?? metadata.labels?.[selectorLabels.app];
    return service === undefined ? [] : [service];
  });
  return [...new Set(named)];
}

const numbered = /^(\d+-)(.*)$/;

function sharedName(folder: string, file: string, service: string): string | undefined {
  const rest = numbered.exec(file)?.[2];
  if (rest === undefined) return undefined;
  const names = readdirSync(folder).filter((name) => numbered.exec(name)?.[2] === `${service}-${rest}`);
  return names.find((name) => {
    const services = servicesIn(textOf(join(folder, name)) ?? '');
    return services.length === 0 || services.includes(service);
  });
}

function withService(file: string, service: string): string {
  return numbered.test(file) ? file.replace(numbered, `$1${service}-$2`) : `${service}-${file}`;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
