/**
 * Fields that lose requests when somebody sets them, and that a manifest says by leaving them out. An apply leaves alone what
 * its manifest does not name: `publishNotReadyAddresses: true` set by hand lost requests, while all was "as the file says".
 */
import { canonical, fieldsOf, isKind, specOf, withSpec, type Fields } from '../../manifests';
import type { Manifest } from '../../model';

/** By field of the spec, what leaving it out means. */
const serviceFields: Fields = { publishNotReadyAddresses: false, internalTrafficPolicy: 'Cluster' };
const deploymentFields: Fields = { minReadySeconds: 0 };
const podFields: Fields = { terminationGracePeriodSeconds: 30 };
/** Only a Service that is reached from outside may have it. */
const outsideField = 'externalTrafficPolicy';

/** Those of a live object that have another value than their default, whatever the manifests say: a rollback has none. */
export function unsafeFields(live: Manifest): string[] {
  const { apiVersion, kind, metadata } = live;
  const named = specOf(withSafeFields({ apiVersion, kind, metadata, spec: {} }, live));
  return Object.keys(named)
    .filter((key) => key !== 'template')
    .map((key) => `${kind}/${metadata.name} spec.${key} is ${JSON.stringify(specOf(live)[key])}`);
}

/** The manifest, which names these fields where the live object has another value. */
export function withSafeFields(manifest: Manifest, live: Manifest): Manifest {
  if (isKind(manifest, 'Service', '')) {
    const own =
      specOf(live)[outsideField] === undefined ? serviceFields : { ...serviceFields, [outsideField]: 'Cluster' };
    return withDefaults(manifest, specOf(live), own);
  }
  if (!isKind(manifest, 'Deployment', 'apps')) return manifest;
  return withSafePod(withDefaults(manifest, specOf(live), deploymentFields), live);
}

function withDefaults(manifest: Manifest, live: Fields, defaults: Fields): Manifest {
  return Object.entries(defaults).reduce(
    (all, [key, value]) => (isUnsafe(specOf(all), live, key, value) ? withSpec(all, key, value) : all),
    manifest,
  );
}

function isUnsafe(wanted: Fields, live: Fields, key: string, value: unknown): boolean {
  return wanted[key] === undefined && live[key] !== undefined && canonical(live[key]) !== canonical(value);
}

function withSafePod(manifest: Manifest, live: Manifest): Manifest {
  const template = fieldsOf(specOf(manifest).template);
  const pod = fieldsOf(template.spec);
  const livePod = fieldsOf(fieldsOf(specOf(live).template).spec);
  const missing = Object.entries(podFields).filter(([key, value]) => isUnsafe(pod, livePod, key, value));
  if (missing.length === 0) return manifest;
  return withSpec(manifest, 'template', { ...template, spec: { ...pod, ...Object.fromEntries(missing) } });
}
