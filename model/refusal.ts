import { sentenceOf, type Complaint } from './finding';

/** Thrown instead of the first write: handover does not do what was asked. It is printed without a stack trace. */
export class Refusal extends Error implements Complaint {
  constructor(
    /** Kebab-case, and the same in all releases of handover: docs/errors.md lists it. */
    readonly code: string,
    readonly expected: string,
    readonly found: string,
    readonly fix: string,
  ) {
    super(sentenceOf({ expected, found, fix }));
    this.name = 'Refusal';
  }
}
