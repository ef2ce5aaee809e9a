/** What a rolling update tells of itself: each decision, and when the API server was away. */
import { describeAbsence, type Absence } from '../core/absence';
import { eventLines } from '../core/event-lines';
import type { Io } from '../io';
import type { RollingDecision } from './decide';
import type { RollingObservation } from './observation';

export interface TellRolling {
  decision(decision: RollingDecision, seen: RollingObservation): void;
  absence(absence: Absence): void;
}

export function rollingTeller(io: Io, json: boolean): TellRolling {
  const tell = eventLines(io, json);
  return {
    decision: (decision, seen) => {
      const text = describeDecision(decision);
      const topic = decision.kind === 'wait' ? decision.for : text;
      tell({ topic, text, event: { event: 'decided', decision, seen } });
    },
    absence: (absence) => tell({ topic: '', text: describeAbsence(absence), event: absence }),
  };
}

export function describeDecision(decision: RollingDecision): string {
  switch (decision.kind) {
    case 'write':
      return `write ${decision.object} (${decision.because})`;
    case 'return':
      return `give the Deployment the template of ${decision.replicaSet} again (${decision.because})`;
    case 'wait':
      return `waiting for ${decision.lastSeen}`;
    case 'turn':
      return `${decision.because}; rolling back`;
    case 'hold':
    case 'done':
      return decision.because;
  }
}
