/** What stands in the way at one proxy, as data. The words for each code are in words/obstacles.ts. */
export type Obstacle =
  /** No Running pod matches the Gateway's selector: nobody was looked at, so nothing was seen. */
  | { readonly code: 'no-gateway' }
  /** The same of a service that no gateway publishes: no sidecar that runs knows it. */
  | { readonly code: 'no-sidecar' }
  | ({ readonly proxy: string } & (
      | { readonly code: 'unreadable'; readonly detail: string }
      /** With assumed evidence nobody is asked: the change counts as seen after this time. */
      | { readonly code: 'assumed-later'; readonly remainingSeconds: number }
      | { readonly code: 'no-cluster'; readonly version: string }
      | { readonly code: 'warming'; readonly version: string }
      | {
          readonly code: 'few-endpoints';
          readonly version: string;
          readonly healthy: number;
          readonly needed: number;
        }
      /**
       * The cluster of an earlier subset of this name: it would vanish under traffic. `by`: other DestinationRules that have
       * it, so that it stays.
       */
      | { readonly code: 'old-cluster'; readonly version: string; readonly by?: readonly string[] }
      | { readonly code: 'no-route'; readonly host: string }
      /** `marker` is the name of the route that it has; '' when that has none. */
      | { readonly code: 'old-route'; readonly host: string; readonly marker: string }
      /** Another VirtualService's route takes every request of the host. */
      | { readonly code: 'shadowed'; readonly host: string; readonly by: string }
      | { readonly code: 'names-version'; readonly version: string }
      /** A gateway that is probed: no pod of the version answered through it. */
      | { readonly code: 'no-answer'; readonly version: string }
      /** A gateway that is probed: it has no route for probes of the version. */
      | { readonly code: 'no-probe-route'; readonly version: string }
    ));
