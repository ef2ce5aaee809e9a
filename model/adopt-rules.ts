/** Rules about a version that is a Deployment which runs already. */
import { adoptedOf } from './adopt-fields';
import type { Finding } from './finding';
import { versionedName } from './names';
import type { Known, Rule } from './rule';

const adopting = ({ versions = {} }: Known) =>
  Object.entries(versions).flatMap(([name, version]) =>
    version.adopt === undefined ? [] : [{ name, version, adopted: adoptedOf(version.adopt) }],
  );

/** A version is a build, or what runs. */
export const versionsAreMadeOrAdopted: Rule = ({ versions = {} }) =>
  Object.entries(versions).flatMap(([name, { image, adopt }]): Finding[] => {
    if ((image === undefined) !== (adopt === undefined)) return [];
    const isNone = image === undefined;
    return [
      {
        path: ['versions', name, ...(isNone ? ['image'] : ['adopt'])],
        expected: isNone ? 'an image, or adopt with the name of a Deployment that runs' : 'an image, or adopt',
        found: isNone ? 'nothing' : 'both',
        fix: isNone ? 'add image' : 'leave image out: the Deployment says it',
      },
    ];
  });

/** The next version is made of it, so it has to be YAML of the same service; and proxies have to split. */
export const adoptingNeedsAWorkload: Rule = (file) =>
  adopting(file)
    .filter(({ version }) => file.profile === 'rolling-update' || (version.workload ?? file.workload) === undefined)
    .map(({ name }) => ({
      path: ['versions', name, 'adopt'],
      expected: 'workload, and the profile istio',
      found: file.profile === 'rolling-update' ? 'the profile rolling-update' : 'no workload',
      fix: 'handover import deployment/NAME writes both',
    }));

/** It would say nothing: no manifest is made of what runs. */
export const adoptedHasNoWorkload: Rule = (file) =>
  adopting(file)
    .filter(({ version }) => version.workload !== undefined)
    .map(({ name }) => ({
      path: ['versions', name, 'workload'],
      expected: 'adopt without a workload of its own: the Deployment runs already, and nobody writes to it',
      found: 'both',
      fix: 'say workload once at the top of the file: the next versions are made of it',
    }));

/** Of two that run nobody said which one carries the traffic. */
export const oneVersionIsAdopted: Rule = (file) =>
  adopting(file)
    .slice(1)
    .map(({ name }) => ({
      path: ['versions', name, 'adopt'],
      expected: 'one adopted version',
      found: 'another one',
      fix: 'adopt the one that carries the traffic',
    }));

/** Removing one version would delete the Deployment of the other. */
export const adoptedObjectsAreNoOthers: Rule = (file) =>
  adopting(file).flatMap(({ name, adopted }) => {
    const others = Object.keys(file.versions ?? {}).filter((other) => other !== name);
    const taken = others.find((other) => versionedName(file.name ?? '', other) === adopted.deployment);
    if (file.name === undefined || taken === undefined) return [];
    const expected = `another Deployment than the one that ${taken} gets`;
    return [{ path: ['versions', name, 'adopt'], expected, found: adopted.deployment, fix: `rename ${taken}` }];
  });
