import { isDeepStrictEqual } from 'node:util';
import { ApiObject, type Chart } from 'cdk8s';

export interface ServiceCharts {
  readonly service: string;
  readonly charts: readonly Chart[];
}

interface Owned {
  readonly service: string;
  readonly object: ApiObject;
}

/**
 * Two services may write the same object, such as their namespace, when both write the same. Otherwise the last one that is
 * applied would take it from the first: the Deployment `a-b-1` is one of `a` in version `b-1` and of `a-b` in version `1`.
 * cdk8s asks for each chart anew, so only what has the name of another is rendered: with a hundred services all of it took twenty seconds.
 */
export function objectsThatDiffer(services: readonly ServiceCharts[]): string[] {
  const first = new Map<string, Owned>();
  return ownedBy(services).flatMap((owned) => {
    const { service, object } = owned;
    const identity = identityOf(object);
    const key = `${object.apiVersion} ${identity}`;
    const other = first.get(key);
    if (!other) first.set(key, owned);
    if (!other || isDeepStrictEqual(other.object.toJson(), object.toJson())) return [];
    const found = `one of ${other.service} and another of ${service}`;
    return [`expected one ${identity}, found ${found}; rename one, or give it a namespace of its own`];
  });
}

function ownedBy(services: readonly ServiceCharts[]): Owned[] {
  return services.flatMap(({ service, charts }) =>
    charts
      .flatMap((chart) => chart.node.findAll())
      .flatMap((node) => (ApiObject.isApiObject(node) ? [{ service, object: node }] : [])),
  );
}

function identityOf({ kind, name, metadata: { namespace } }: ApiObject): string {
  return [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}
