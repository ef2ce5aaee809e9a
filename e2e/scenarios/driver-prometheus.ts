/** Analyses by a real Prometheus, which scrapes the gateways and the service: a good version, a bad one, and no data. */
import { exitCodes } from '../../model';
import type { Driver } from '../support/driver';
import { gatewaysSplit } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';

const address = process.env['HANDOVER_PROMETHEUS'] ?? 'http://127.0.0.1:9090';

/** As docs/runbook.md has them: the share of 5xx, of one version only, in the time since the last measurement. */
const atGateways = shareOf5xx(
  'envoy_cluster_upstream_rq',
  'cluster_name=~"outbound[|][0-9]+[|]{{version}}[|]{{name}}[.]{{namespace}}[.].*"',
  'response_code',
);
const inService = shareOf5xx(
  'http_requests_total',
  'namespace="{{namespace}}",version="{{version}}",route=~"/k8s/.*"',
  'status',
);

function shareOf5xx(metric: string, labels: string, code: string): string {
  const rate = (more: string) => `sum(rate(${metric}{${labels}${more}}[{{interval}}]))`;
  return `(${rate(`,${code}=~"5.."`)} or vector(0)) / ${rate(`,${code}!=""`)}`;
}

/** The file has the address that is right inside the cluster; from here it is another one. */
const analysisOf = (query: string) => ({
  prometheus: { address: 'http://prometheus.monitoring:9090', query, max: 0.01, interval: '5s', count: 2 },
});
const analyses = { gateways: analysisOf(atGateways), service: analysisOf(inService) };
const noData = { ...analyses, service: analysisOf(inService.replaceAll('http_requests_total', 'http_request_total')) };

const faultPercent = 60;

export const driverPrometheus: Scenario = {
  name: 'driver-prometheus',
  claim:
    'by Prometheus: a version that answers 500 is aborted, no data holds, a good version completes; v1 loses nothing',
  limitSeconds: 300,
  async run(trial) {
    const steps = [{ weight: 30 }, { analyse: 'gateways' }, { analyse: 'service' }];
    const release = new ReleaseTrial(trial, { steps, analyses });
    await release.install();
    await release.startLoads(300);
    const run = () => release.start(['run', 'v2', '--prometheus-address', address]);

    release.listV2({ env: { FAULT_ERROR_PERCENT: String(faultPercent) } });
    const bad = run();
    await bad.expectExit(exitCodes.aborted);
    expectShare(bad, faultPercent / 100);
    await gatewaysSplit(trial.host, { v1: 100 }, 1);
    await trial.kubectl.run('delete', 'deployment,configmap,poddisruptionbudget', 'demo-v2');

    release.listV2({}, { analyses: noData });
    const blind = run();
    await blind.expectExit(exitCodes.held);
    if (!blind.lastWords.includes('empty result'))
      throw new Error(`expected that the query has no result, found ${blind.lastWords}`);
    await gatewaysSplit(trial.host, { v1: 70, v2: 30 }, 1);
    trial.note('no data: it holds at 30 %');

    release.listV2();
    await run().expectExit(exitCodes.completed);
    trial.note('the query mended, the same command: completed');
    await release.expectOnlyLostBy('v2');
    await release.expectLiveEqualsFiles();
  },
};

/** All requests together fail by a third of that: so it is the canary's own share that was measured. */
function expectShare(driver: Driver, wanted: number): void {
  const found = driver.events.find(({ event, verdict }) => event === 'analysed' && verdict === 'failed')?.numbers;
  if (Math.abs((found?.['highest'] ?? 0) - wanted) < 0.15) return;
  throw new Error(
    `expected a share of errors of about ${wanted}, found ${JSON.stringify(found)}:\n${driver.lastWords}`,
  );
}
