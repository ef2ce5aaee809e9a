/** The writes that a release consists of. Each is one request to the API server, conditioned on what was observed. */
import type { ReleaseRecord } from './record';
import type { RouteContent } from './route-content';

export type Action =
  /** The objects of a version, of whatever kind, as synth writes them. */
  | { readonly kind: 'add-version'; readonly version: string }
  /** `creates`: there is no DestinationRule yet. `restores`: somebody took away what the live route names. That, and nothing else of their change, is undone. */
  | {
      readonly kind: 'write-subsets';
      readonly versions: readonly string[];
      readonly changes?: Changes;
      readonly restores?: true;
      readonly creates?: true;
      readonly choose?: Choice;
    }
  /** The whole route with its record; no record means that the release is over. */
  | (RouteContent & {
      readonly kind: 'write-route';
      readonly record: ReleaseRecord | undefined;
      readonly changes?: Changes;
    })
  /** Only the record: the next step, or another mode. */
  | { readonly kind: 'write-record'; readonly record: ReleaseRecord }
  | { readonly kind: 'set-minimum'; readonly version: string; readonly pods: number }
  | { readonly kind: 'remove-version'; readonly version: string }
  /** The Deployment of an adopted version: it scales, and rolls no new template until it is resumed. */
  | { readonly kind: 'set-paused'; readonly version: string; readonly isPaused: boolean }
  /** Creates what somebody deleted, as it was last seen: the VirtualService with this record, and the DestinationRule. */
  | { readonly kind: 'restore'; readonly what: 'route'; readonly record: ReleaseRecord }
  | {
      readonly kind: 'restore';
      readonly what: 'subsets';
      readonly versions: readonly string[];
      readonly choose?: Choice;
    }
  /** Takes our entry out of the managers of the fields, so that anybody's apply works unforced. Nothing else changes. */
  | { readonly kind: 'disown'; readonly what: 'route' | 'subsets' };

/** The subset of an adopted version chooses the pods of this pod-template-hash; '': all pods of the Service. */
export interface Choice {
  readonly version: string;
  readonly hash: string;
}

/** Not only what a release edits: also the routes, or the traffic policy, that the manifests have. */
type Changes = 'as in the manifests';
