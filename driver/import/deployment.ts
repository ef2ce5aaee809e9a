/** What a Deployment says of its version: its container, its name; and why it may not be taken. */
import { listOf, mainContainer, nameOf, podLabelsOf, podSpecOf } from '../../manifests';
import { labels, labelValue, selectorLabels, type Complaint, type Manifest } from '../../model';
import type { Found } from './find';

export function versionLabelOf(deployment: Manifest): string | undefined {
  const version = podLabelsOf(deployment)[selectorLabels.version];
  return typeof version === 'string' && labelValue.test(version) ? version : undefined;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly isOnly: boolean;
}

/** Whose image is the version. */
export function containerOf({ deployment, service }: Found): Container | { readonly problem: Complaint } {
  const place = (manifest: Manifest) => ({ manifest, file: nameOf(manifest), line: 1 });
  const placed = place(deployment);
  const main = mainContainer({ deployment: placed, service: place(service) }, undefined);
  if (!('name' in main)) return { problem: { ...main, fix: 'let one container have the ports of the Service' } };
  const containers = listOf(podSpecOf(placed).containers);
  const image = containers.find(({ name }) => name === main.name)?.image;
  if (typeof image === 'string') return { name: main.name, image, isOnly: containers.length === 1 };
  return { problem: { expected: `an image of container ${main.name}`, found: 'none', fix: 'write it' } };
}

/** What makes it would take the change back. What handover has made is on board already. */
export function ownedProblems({ deployment }: Found): Complaint[] {
  const owners = listOf(deployment.metadata.ownerReferences).filter(({ controller }) => controller === true);
  const mine = deployment.metadata.labels?.[labels.service];
  return [
    ...owners.map(({ kind, name }) => ({
      expected: `a ${nameOf(deployment)} that people or a pipeline write`,
      found: `one that the ${String(kind)} ${String(name)} makes`,
      fix: `end what the ${String(kind)} does to it first: it would undo each step of a release`,
    })),
    ...(mine === undefined
      ? []
      : [
          {
            expected: `a ${nameOf(deployment)} that is not handover's`,
            found: `the label ${labels.service}: ${mine}`,
            fix: 'use the release file that made it',
          },
        ]),
  ];
}
