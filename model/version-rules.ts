/** Rules about versions: their names, their images, and the weights between them. */
import type { Finding, Path } from './finding';
import { isPinned } from './image';
import { didYouMean } from './nearest';
import { longestName, subsetName, versionedName } from './names';
import type { Known, Rule } from './rule';
import { sumOf, wholeSplit } from './weight';

const listedVersions = ({ versions }: Known) => Object.keys(versions ?? {});

export const someVersionIsListed: Rule = ({ versions }) =>
  !versions || listedVersions({ versions }).length > 0
    ? []
    : [{ path: ['versions'], expected: 'at least one version', found: 'none', fix: 'add one, such as v1: {image: …}' }];

/** `weights` is among the fields without a value when the file has none; a wrong one is reported by itself. */
export const severalVersionsHaveWeights: Rule = (file) => {
  const names = listedVersions(file);
  if (!Object.hasOwn(file, 'weights') || file.weights || names.length < 2) return [];
  return [
    {
      path: ['weights'],
      expected: `weights, as there are several versions: ${names.join(', ')}`,
      found: 'nothing',
      fix: `add them, such as weights: {'${names[0]}': ${wholeSplit}}`,
    },
  ];
};

export const weightsNameListedVersions: Rule = ({ weights, versions }) =>
  !weights || !versions || Object.keys(versions).length === 0
    ? []
    : Object.keys(weights)
        .filter((name) => !Object.hasOwn(versions, name))
        .map((name) => unlisted(['weights', name], name, { versions }));

export const weightsSumToWhole: Rule = ({ weights }) => {
  if (!weights || sumOf(weights) === wholeSplit) return [];
  return [
    {
      path: ['weights'],
      expected: `weights that sum to ${wholeSplit}`,
      found: `a sum of ${sumOf(weights)}`,
      fix: 'change the weights so that nothing is left over or missing',
    },
  ];
};

/** A rolling update replaces the pods of one Deployment: there is nothing to split between. */
export const rollingUpdateHasOneVersion: Rule = ({ profile, versions }) =>
  profile !== 'rolling-update' || !versions || listedVersions({ versions }).length <= 1
    ? []
    : [
        {
          path: ['versions'],
          expected: 'one version, as the profile is rolling-update',
          found: listedVersions({ versions }).join(', '),
          fix: 'keep the version that should run, or use the profile istio',
        },
      ];

/** With a tag that moves, pods of one version run different builds, and a rollback may fetch the bad build again. */
export const imagesArePinned: Rule = ({ versions, allowUnpinned = [] }) =>
  Object.entries(versions ?? {})
    .flatMap(([name, { image }]) => (image === undefined ? [] : [{ name, image }]))
    .filter(({ name, image }) => !isPinned(image) && !allowUnpinned.includes(name))
    .map(({ name, image }) => ({
      path: ['versions', name, 'image'],
      expected: 'an image with a tag other than latest, or a digest',
      found: image,
      fix: `name the build, such as ${image.replace(/:latest$/, '')}:1.0.0, or list ${name} under allowUnpinned`,
    }));

/** A permission for nothing is one for whoever gets the name later. */
export const unpinnedVersionsAreListed: Rule = ({ versions, allowUnpinned = [] }) =>
  !versions
    ? []
    : allowUnpinned.flatMap((name, index) =>
        Object.hasOwn(versions, name) ? [] : [unlisted(['allowUnpinned', index], name, { versions })],
      );

/** Kubernetes refuses a longer one, but only when the version is installed: in the middle of a release. */
export const namesFit: Rule = ({ name, versions }) =>
  listedVersions({ versions })
    .filter((version) => name !== undefined && versionedName(name, version).length > longestName)
    .map((version) => ({
      path: ['versions', version],
      expected: `a name that fits into ${longestName} characters`,
      found: `${versionedName(name ?? '', version)} with ${versionedName(name ?? '', version).length}`,
      fix: `shorten the version's name or the service's`,
    }));

/** The Deployment of one would be the Deployment of the other. */
export const versionsHaveObjectsOfTheirOwn: Rule = (file) => {
  const names = listedVersions(file);
  return names.flatMap((name, index) => {
    const other = names.slice(0, index).find((before) => subsetName(before) === subsetName(name));
    if (other === undefined) return [];
    const expected = `a name that differs from ${other} in letters or digits, as both are ${subsetName(name)} in names of objects`;
    return [{ path: ['versions', name], expected, found: name, fix: 'rename one of them' }];
  });
};

function unlisted(path: Path, name: string, file: Known): Finding {
  return {
    path,
    expected: `one of the versions: ${listedVersions(file).join(', ')}`,
    found: name,
    fix: didYouMean(name, listedVersions(file), `add ${name} under versions, or remove it here`),
  };
}
