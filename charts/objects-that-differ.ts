import type { Manifest } from '../model';
import { isDeepStrictEqual } from 'node:util';
import { ApiObject, type Chart } from 'cdk8s';

interface ServiceCharts {
  readonly service: string;
  readonly charts: readonly Chart[];
}

interface Owned {
  readonly service: string;
  readonly manifest: Manifest;
}

/**
 * Two services may write the same object, such as their namespace, when both write the same. Otherwise the last one that is
 * applied would take it from the first: the Deployment `a-b-1` is one of `a` in version `b-1` and of `a-b` in version `1`.
 */
export function objectsThatDiffer(services: readonly ServiceCharts[]): string[] {
  const first = new Map<string, Owned>();
  return services.flatMap(({ service, charts }) =>
    charts.flatMap(manifestsIn).flatMap((manifest) => {
      const identity = identityOf(manifest);
      const key = `${manifest.apiVersion} ${identity}`;
      const other = first.get(key);
      if (!other) first.set(key, { service, manifest });
      if (!other || isDeepStrictEqual(other.manifest, manifest)) return [];
      const found = `one of ${other.service} and another of ${service}`;
      return [`expected one ${identity}, found ${found}; rename one, or give it a namespace of its own`];
    }),
  );
}

/** Not by `toJson` of the chart, which would ask for this validation again. */
function manifestsIn(chart: Chart): Manifest[] {
  return chart.node.findAll().flatMap((node) => (ApiObject.isApiObject(node) ? [node.toJson() as Manifest] : []));
}

function identityOf({ kind, metadata: { name, namespace } }: Manifest): string {
  return [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}
