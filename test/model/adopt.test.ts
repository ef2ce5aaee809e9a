import { adoptedIn, parseRelease, subsetOf, versionsAtEnd } from '../../model';

const file = (versions: string, fields = 'workload: k8s/shop.yaml') =>
  parseRelease(
    `name: shop\nnamespace: store\nhosts: [shop.example.com]\n${fields}\nweights: {v1: 100}\nversions: ${versions}\n`,
  );
const problems = (versions: string, fields?: string) => {
  const parsed = file(versions, fields);
  return 'problems' in parsed ? parsed.problems.map(({ expected, found }) => `${expected}, found ${found}`) : [];
};
const next = "v2: {image: 'shop:2'}";

function releaseOf(versions: string) {
  const parsed = file(versions);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.release;
}

describe('a version that is a Deployment which runs', () => {
  it('needs no more than its name', () => {
    const release = releaseOf('{v1: {adopt: storefront}}');
    expect(adoptedIn(release, 'v1')).toEqual({
      deployment: 'storefront',
      objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'storefront' }],
      isKept: false,
    });
  });

  it('may say what goes with it', () => {
    const said = '{deployment: storefront, with: [PodDisruptionBudget/storefront]}';
    const release = releaseOf(`{v1: {adopt: ${said}}, ${next}}`);
    // Its owner may give its pods other labels at any time.
    expect(subsetOf(release, 'v1')).toEqual({ name: 'v1' });
    expect(subsetOf(release, 'v2')).toEqual({ name: 'v2', labels: { version: 'v2' } });
    expect(adoptedIn(release, 'v1')?.objects).toContainEqual({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      name: 'storefront',
    });
  });

  it('stays in the file after its release only where it is kept', () => {
    const kept = '{deployment: storefront, keep: true}';
    expect(versionsAtEnd(releaseOf(`{v1: {adopt: storefront}, ${next}}`), 'v2')).toEqual(['v2']);
    expect(versionsAtEnd(releaseOf(`{v1: {adopt: ${kept}}, ${next}}`), 'v2')).toEqual(['v1', 'v2']);
  });

  it.each([
    ['has no image', "{v1: {adopt: storefront, image: 'shop:1'}}", undefined, 'an image, or adopt, found both'],
    ['or has one', '{v1: {}}', undefined, 'an image, or adopt with the name of a Deployment that runs, found nothing'],
    [
      'needs YAML for the next one',
      '{v1: {adopt: storefront}}',
      '',
      'workload, and the profile istio, found no workload',
    ],
    ['is the only one', '{v1: {adopt: a}, v2: {adopt: b}}', undefined, 'one adopted version, found another one'],
    [
      'is not the Deployment of another version',
      `{v1: {adopt: shop-v2}, ${next}}`,
      undefined,
      'another Deployment than the one that v2 gets, found shop-v2',
    ],
    [
      'has its number of pods from its owners',
      '{v1: {adopt: storefront, replicas: 3}}',
      undefined,
      'replicas in the adopted Deployment alone, found replicas in the release file',
    ],
    [
      'has no workload of its own',
      `{v1: {adopt: storefront, workload: old.yaml}, ${next}}`,
      undefined,
      'adopt without a workload of its own: the Deployment runs already, and nobody writes to it, found both',
    ],
    [
      'needs YAML for the whole file, and not for another version alone',
      "{v1: {adopt: storefront}, v2: {image: 'shop:2', workload: new.yaml}}",
      '',
      'workload, and the profile istio, found no workload',
    ],
    [
      'is a name or a mapping',
      '{v1: {adopt: [storefront]}}',
      undefined,
      'a string or a mapping of fields, found ["storefront"]',
    ],
  ])('%s', (_, versions, fields, problem) => {
    expect(problems(versions, fields)).toEqual([problem]);
  });

  it('takes no object of a kind that nobody knows', () => {
    expect(problems('{v1: {adopt: {deployment: storefront, with: [Secret/storefront]}}}').join()).toContain(
      'KIND/NAME',
    );
  });
});
