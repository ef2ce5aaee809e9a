/** Fields of a release file about a version that is a Deployment which runs already, under its own name and labels. */
import * as z from 'zod';
import { objectName } from './fields';
import { told } from './told';

/** Kinds that may stand beside an adopted Deployment, each with its version of the API. */
const apiVersions = {
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
  ScaledObject: 'keda.sh/v1alpha1',
  ConfigMap: 'v1',
} as const;

type Kind = keyof typeof apiVersions;

const beside = z
  .string()
  .regex(
    new RegExp(`^(${Object.keys(apiVersions).join('|')})/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`),
    `KIND/NAME of a ${Object.keys(apiVersions).join(', ')}`,
  )
  .meta(told('An object of the adopted Deployment alone.', 'HorizontalPodAutoscaler/shop'));

const byName = objectName.meta(told('The Deployment that runs. Nothing else is said of it.', 'shop'));

const inFull = z
  .strictObject({
    deployment: objectName.meta(told('The Deployment that runs.', 'shop')),
    with: z
      .array(beside)
      .default([])
      .meta(
        told('What is deleted with it, when another version has replaced it.', [
          'HorizontalPodAutoscaler/shop',
          'PodDisruptionBudget/shop',
        ]),
      ),
    keep: z
      .boolean()
      .default(false)
      .meta(told('Keeps it and all that is beside it, without traffic, when another version has replaced it.', true)),
  })
  .meta(told('A Deployment that runs, and what belongs to it alone.', { deployment: 'shop' }));

export const adopt = z.union([byName, inFull]);

/** A Deployment that runs, as a version. Its objects have no label of handover: they are known by their names. */
export interface Adopted {
  readonly deployment: string;
  /** What is deleted with the Deployment, itself included, in the order of the file. */
  readonly objects: readonly NamedObject[];
  readonly isKept: boolean;
}

export interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export function adoptedOf(said: z.output<typeof adopt>): Adopted {
  const { deployment, with: others, keep } = typeof said === 'string' ? inFull.parse({ deployment: said }) : said;
  return {
    deployment,
    objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: deployment }, ...others.map(namedObject)],
    isKept: keep,
  };
}

function namedObject(said: string): NamedObject {
  const [kind = '', name = ''] = said.split('/');
  return { apiVersion: apiVersions[kind as Kind], kind, name };
}
