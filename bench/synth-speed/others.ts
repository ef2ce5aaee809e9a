/** Helm and kustomize, which get the manifests of the app ready-made: they only have to read them and print them again. */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathWithTools } from '../../e2e/support/tools';
import { measure } from './measure';
import { appOn, type Program, type Services } from './programs';

export function otherPrograms(folder: string, services: readonly Services[]): Program[] {
  const env = { PATH: pathWithTools() };
  return services.flatMap((one, index) => {
    const manifests = join(folder, `manifests-${index}`);
    measure(appOn(one, manifests));
    return [
      { what: `helm template${one.what}`, command: ['helm', 'template', 'demo', chartOf(manifests)], env },
      { what: `kubectl kustomize${one.what}`, command: ['kubectl', 'kustomize', kustomizationOf(manifests)], env },
    ];
  });
}

function chartOf(manifests: string): string {
  const chart = `${manifests}-chart`;
  mkdirSync(chart);
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: demo\nversion: 1.0.0\n');
  cpSync(manifests, join(chart, 'templates'), { recursive: true });
  return chart;
}

function kustomizationOf(manifests: string): string {
  const files = readdirSync(manifests).map((file) => `  - ${file}\n`);
  writeFileSync(join(manifests, 'kustomization.yaml'), `resources:\n${files.join('')}`);
  return manifests;
}
