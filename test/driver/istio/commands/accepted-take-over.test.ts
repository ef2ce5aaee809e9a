/** Routes of another owner are changed only after somebody has seen how, and said so. */
import { refuseTakeOver } from '../../../../driver/istio/commands/accepted-take-over';
import type { Cluster } from '../../../../driver/istio/cluster';
import type { Observation } from '../../../../driver/istio/observation';
import type { Options } from '../../../../driver/options';
import { carriedOf } from '../../../support/carried';
import { adopted } from '../../../support/adopted';
import { observed, recordWith, releaseWith } from '../../../support/observations';

const release = adopted(releaseWith());
const change = { fields: ['VirtualService/demo spec.http[0]: expected v1, found nothing'], base: 'web', names: [] };
const whole = observed({ subsets: [], marker: '', route: { whole: { change } } });

function ask(seen: Observation, options: Partial<Options> = {}, of = release): Promise<void> {
  const cluster = { observe: () => Promise.resolve(seen) } as unknown as Cluster;
  const given: Options = { file: 'f', dist: 'd', timeout: '1', evidence: 'proxy', ...options };
  return refuseTakeOver(given, { release: of, cluster, carried: carriedOf(releaseWith()) });
}

it('is refused with each line that would change, until --adopt', async () => {
  await expect(ask(whole)).rejects.toMatchObject({
    code: 'take-over',
    found: expect.stringContaining('found nothing') as string,
  });
  await expect(ask(whole, { adopt: true })).resolves.toBeUndefined();
});

it('names the DestinationRule that would be made', async () => {
  const without = { ...whole, subsets: undefined };
  await expect(ask(without)).rejects.toMatchObject({
    found: expect.stringContaining('DestinationRule/demo: expected one with the subset v1') as string,
  });
});

it('names the traffic policy that would hold for all requests, of a rule that is made and of one that is changed', async () => {
  const made = ask({ ...whole, subsets: undefined });
  await expect(made).rejects.toMatchObject({
    found: expect.stringMatching(/DestinationRule\/demo spec\.trafficPolicy: expected \{.*connectionPool/) as string,
  });
  const change = ['DestinationRule/demo spec.trafficPolicy.tls.mode: expected DISABLE, found SIMPLE'];
  const changed = ask(observed({ subsets: [], marker: '', route: { whole: {} }, rule: { change } }));
  await expect(changed).rejects.toMatchObject({ found: expect.stringContaining(change.join()) as string });
});

it('is asked for once: not in a release under way, nor afterwards, nor of other services', async () => {
  const record = recordWith({ marker: '' });
  const underWay = observed({ record, route: { whole: { change } } });
  await expect(ask(underWay)).resolves.toBeUndefined();
  await expect(ask(observed())).resolves.toBeUndefined();
  await expect(ask(whole, {}, releaseWith())).resolves.toBeUndefined();
});

it('is not made by probes: they need routes of a release', async () => {
  const probing = ask(whole, { adopt: true, evidence: 'probe' });
  await expect(probing).rejects.toMatchObject({ code: 'take-over', found: '--evidence probe' });
});
