/** What a rolling update tells of itself: each decision once, as a line for people or as JSON for programs. */
import { describeAbsence, type Absence } from '../core/absence';
import type { Io } from '../io';
import type { RollingDecision } from './decide';
import type { RollingObservation } from './observation';

export interface TellRolling {
  decision(decision: RollingDecision, seen: RollingObservation): void;
  absence(absence: Absence): void;
}

export function rollingTeller(io: Io, json: boolean): TellRolling {
  const beganMs = io.clock.nowMs();
  let lastSaid = '';
  const say = (text: string, event: object) => {
    if (text === lastSaid) return;
    lastSaid = text;
    const nowMs = io.clock.nowMs();
    if (json) io.err(`${JSON.stringify({ at: new Date(nowMs).toISOString(), ...event })}\n`);
    else io.err(`${((nowMs - beganMs) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
  };
  return {
    decision: (decision, seen) => say(describeDecision(decision), { event: 'decided', decision, seen }),
    absence: (absence) => say(describeAbsence(absence), absence),
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
