/** An HTTP route of a VirtualService and its part in the releases of one host. */
import type { Destinations } from './destinations';
import type { Fields } from './manifest';
import type { MarkedName } from './marked-name';

interface Part {
  readonly route: Fields;
}

export interface SplitRoute extends Part, MarkedName, Destinations {
  readonly part: 'split';
}

export interface PinnedRoute extends Part, Destinations {
  readonly part: 'pinned';
  readonly name: string;
  /** The subset of its version. */
  readonly pin: string;
}

export interface OtherRoute extends Part {
  readonly part: 'probe' | 'untouched';
}

export type HttpRoute = SplitRoute | PinnedRoute | OtherRoute;
