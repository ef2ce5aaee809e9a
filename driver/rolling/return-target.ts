/** What a rollback returns to. */
import { isComplete, newestOf, type Observation, type ObservedReplicaSet } from './observation';

/**
 * After an update that failed: the last ReplicaSet that once had all its pods. After two failed updates in a row the second
 * must not return to the first. Undefined when none is known: what nobody saw complete is not rolled out by itself.
 */
export function lastComplete(seen: Observation): ObservedReplicaSet | undefined {
  return completeOnes(seen)[0];
}

/**
 * When a person asks for it: another version than the one that serves. A restart has a ReplicaSet of its own and is no other
 * version. Where nothing is on record, the one with the most pods; a person sees which one that is.
 */
export function previousOf(seen: Observation): ObservedReplicaSet | undefined {
  const newest = newestOf(seen);
  const known = completeOnes(seen);
  if (known.length === 0) return guessed(seen);
  return wasComplete(seen, newest) ? known.find(({ version }) => version !== newest?.version) : known[0];
}

/** Those that are still there, the last complete one first, without the newest. */
function completeOnes({ record, replicaSets }: Observation): ObservedReplicaSet[] {
  const sets = record.is.complete.map((name) => replicaSets.find((set) => set.name === name));
  return sets.filter((set) => set !== undefined && !set.isNewest).reverse() as ObservedReplicaSet[];
}

function wasComplete(seen: Observation, newest: ObservedReplicaSet | undefined): boolean {
  if (!newest) return false;
  const isOnRecord = seen.record.is.complete.includes(newest.name);
  return isOnRecord || isComplete(seen) || completeOnes(seen).some(({ template }) => template === newest.template);
}

function guessed(seen: Observation): ObservedReplicaSet | undefined {
  const newest = newestOf(seen);
  const older = seen.replicaSets.filter((set) => set !== newest);
  const others = isComplete(seen) ? older.filter(({ version }) => version !== newest?.version) : older;
  return [...others].sort((a, b) => b.available - a.available || b.revision - a.revision)[0];
}
