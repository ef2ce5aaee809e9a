/** The text of a release file, with a comment wherever a person has to say something. */
import { Document, isMap, stringify } from 'yaml';
import { meshGateway } from '../../model';
import type { AdoptedDeployment } from './adoption';

export interface Imported {
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly image: string;
  /** The Deployment that runs, in place of the image. */
  readonly adopted: AdoptedDeployment | undefined;
  /** Paths relative to the release file. */
  readonly workload: string;
  readonly route: string | undefined;
  readonly container: string | undefined;
  readonly port: number | undefined;
  readonly gatewaySelector: Readonly<Record<string, string>> | undefined;
  readonly isCountedAtProxies: boolean;
  readonly isUnpinned: boolean;
  readonly timings: Readonly<Record<string, string>>;
  /** connectionLimits and outlierDetection. */
  readonly policy: Readonly<Record<string, unknown>>;
}

export function releaseTextOf(imported: Imported, origin: string): string {
  const { name, namespace, version, workload, route, container, port, gatewaySelector, timings } = imported;
  const fields = {
    name,
    namespace,
    workload,
    ...(container !== undefined && { container }),
    ...(route === undefined ? { gateways: [meshGateway], ...(port !== undefined && { port }) } : { route }),
    ...(gatewaySelector && { gateway: { selector: gatewaySelector } }),
    ...(imported.isCountedAtProxies && { inFlight: 'proxies' }),
    ...imported.policy,
  };
  const versions = {
    versions: { [version]: versionOf(imported) },
    ...(imported.isUnpinned && { allowUnpinned: [version] }),
  };
  const sections = [
    `# Made from ${origin} by handover import. Look at each line: from now on this file says how the service is released.`,
    stringify(fields),
    '# A name stands for one build for ever. The next build gets the next name.',
    textOf(versions, imported),
    '# Say how long your longest request takes: pods that end have that long, and nobody but you knows it.',
    stringify({ timings: { longestRequest: '15s', ...timings } }),
    '# How `handover run` moves traffic to a new version.',
    stringify({ steps: [{ weight: 10 }, { pause: '5m' }, { weight: 50 }, { pause: '5m' }] }),
  ];
  return sections.map((section) => section.trimEnd()).join('\n') + '\n';
}

/** What is said of the adopted version stands inside it: it goes with it, and stays true. */
function textOf(versions: object, { version, adopted }: Imported): string {
  const document = new Document(versions);
  const said = document.getIn(['versions', version]);
  if (adopted && isMap(said))
    said.commentBefore =
      ' The Deployment that runs, as it is. The first release deletes it, when nothing needs it any more.';
  return document.toString();
}

/** Without what a file need not say. */
function versionOf({ image, adopted }: Imported): object {
  if (!adopted) return { image };
  const { deployment, with: others } = adopted;
  return { adopt: others.length > 0 ? { deployment, with: others } : deployment };
}
