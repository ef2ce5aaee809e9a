/** What the VirtualService routes at one moment: one shape for what is written, what is observed and what is simulated. */
import type { Split } from '../../model';

export interface RouteContent {
  /** The weights of the split route. */
  readonly split: Split;
  /** Versions that header routes name, whatever the split. A write leaves the other header routes of the file out. */
  readonly headerVersions: readonly string[];
  /** Versions that have a route for probes; none when proxies are read instead. */
  readonly probes: readonly string[];
  /** The name of the split route, by which its copy in a proxy is recognised; '' when it has none. */
  readonly marker: string;
}
