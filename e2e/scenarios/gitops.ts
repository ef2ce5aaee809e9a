/** An agent that applies Git all the time, with self-heal and prune, beside a release: two set-ups that work, and one that is wrong. */
import { exitCodes } from '../../model';
import type { Driver } from '../support/driver';
import { agentName, GitAgent, isMark, writtenByReleases } from '../support/git-agent';
import { readManifests } from '../support/manifests';
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { waitUntil } from '../support/wait-until';
import { deploymentOf, hostOf, podsPerVersion } from './two-versions';

const plan = {
  timings: { shutdownDelay: '5s', longestRequest: '12s', exitMargin: '3s' },
  steps: [{ weight: 50 }, { pause: '10s' as const }],
};
/** The agent starts a kubectl every second or so, on the same processors. */
const ratePerSecond = 200;

export const gitopsIgnoring: Scenario = {
  name: 'gitops-ignoring',
  claim:
    'beside an agent that ignores what a release writes, Git creates v2, run --until drained stops before v1 goes, and Git prunes it after the merge; none lost',
  limitSeconds: 400,
  onRequest: true,
  async run(trial) {
    const { release, agent } = await installedByGit(trial, new GitAgent(trial, writtenByReleases));
    release.listV2();
    await agent.commit(await release.synthesize(), 'demo: add v2');
    await created(trial, 'v2');
    await release.startLoads(ratePerSecond);
    const before = agent.changes.length;

    const driver = release.start(['run', 'v2', '--until', 'drained']);
    await driver.expectExit(exitCodes.drained);
    expectOutcome(driver, 'drained');
    await gatewaysSplit(trial.host, { v2: 100 });
    await expectPods(trial, 'v1', podsPerVersion);
    expectNone(agent.changes.slice(before), 'writes of the agent during the release');

    await agent.commit(release.written, 'demo: v2');
    await expectPods(trial, 'v1', 0);
    trial.note('the agent has pruned v1');
    const ending = release.start(['run', 'v2', '--until', 'drained']);
    await ending.expectExit(exitCodes.completed);
    await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', null);
    await agent.untilSynced();
    await agent.suspend();
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
    const pruned = agent.changes.filter(({ what }) => what === 'pruned').map(({ object }) => object);
    if (!pruned.includes(`Deployment/${deploymentOf('v1')}`) || pruned.some((object) => !object.endsWith('demo-v1')))
      throw new Error(`expected that the agent pruned v1 and nothing else, found ${pruned.join(', ')}`);
  },
};

export const gitopsSuspended: Scenario = {
  name: 'gitops-suspended',
  claim:
    'an agent that is suspended for the release and resumed after the commit of what the driver wrote changes nothing but its own marks; none lost',
  limitSeconds: 300,
  onRequest: true,
  async run(trial) {
    const { release, agent } = await installedByGit(trial, new GitAgent(trial));
    await agent.suspend();
    release.listV2();
    await release.startLoads(ratePerSecond);
    await release.start(['run', 'v2']).expectExit(exitCodes.completed);
    const before = agent.changes.length;
    await agent.commit(release.written, 'demo: v2');
    agent.resume();
    await agent.untilSynced();
    await agent.suspend();
    expectNone(
      agent.changes.slice(before).filter((change) => !isMark(change)),
      'writes of the agent beside its marks',
    );
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
  },
};

export const gitopsReverting: Scenario = {
  name: 'gitops-reverting',
  claim:
    'an agent that takes the route back holds the release at the first revert, which names the agent and what to do; suspended, the release is aborted; none lost',
  limitSeconds: 300,
  onRequest: true,
  async run(trial) {
    const { release, agent } = await installedByGit(trial, new GitAgent(trial));
    release.listV2();
    await release.startLoads(ratePerSecond);
    const driver = release.start(['run', 'v2']);
    await driver.expectExit(exitCodes.held);
    const reverts = agent.changes.filter(({ object }) => /^(VirtualService|DestinationRule)/.test(object));
    const taken = reverts
      .filter(({ what }) => what === 'changed')
      .map(({ object, paths }) => `${object} ${paths.join()}`);
    trial.note(`held after ${taken.length} reverts: ${taken.join('; ')}`);
    if (taken.length === 0) throw new Error('expected that the agent took a write of the driver back, and it did not');
    for (const words of [agentName, 'Argo CD', 'suspend it', 'ignore', 'docs/gitops.md'])
      if (!driver.ending?.includes(words))
        throw new Error(`expected "${words}" in the ending, found ${driver.lastWords}`);
    await gatewaysSplit(trial.host, { v1: 100 });
    await agent.suspend();
    await release.start(['abort']).expectExit(exitCodes.aborted);
    await release.expectNothingLost();
  },
};

/** An administrator applies what is his, the agent all else. */
async function installedByGit(trial: Trial, agent: GitAgent) {
  const release = new ReleaseTrial(trial, plan);
  const manifests = await release.prepare();
  const own = readManifests(manifests).filter(({ kind }) => /^(Namespace|ServiceAccount|(Cluster)?Role.*)$/.test(kind));
  await trial.kubectl.apply(own);
  await release.useAccount();
  await agent.commit(manifests, 'demo: v1');
  agent.resume();
  await created(trial, 'v1');
  await release.serves();
  await agent.untilSynced();
  return { release, agent };
}

async function created({ kubectl }: Trial, version: string): Promise<void> {
  const name = deploymentOf(version);
  await waitUntil(
    `the agent has created ${name}`,
    async () => (await kubectl.run('get', 'deployments', '--output', 'name')).includes(name) || 'no such Deployment',
  );
  await kubectl.rolledOut(name);
}

async function expectPods({ kubectl }: Trial, version: string, count: number): Promise<void> {
  await waitUntil(
    `there are ${count} pods of ${version}`,
    async () => {
      const { items } = await kubectl.get<{ items: unknown[] }>('pods', '--selector', `app=demo,version=${version}`);
      return items.length === count || `${items.length}`;
    },
    { limitSeconds: 90 },
  );
}

function expectOutcome(driver: Driver, outcome: string): void {
  if (driver.ending?.includes(`"outcome":"${outcome}"`)) return;
  throw new Error(`expected the outcome ${outcome}, found ${driver.lastWords}`);
}

function expectNone(found: readonly unknown[], what: string): void {
  if (found.length > 0) throw new Error(`expected no ${what}, found ${JSON.stringify(found)}`);
}
