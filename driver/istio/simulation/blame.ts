/**
 * Who is to blame for a lost request: the order of the driver's writes, an accident that no order of writes can heal, or
 * somebody else's write.
 */
export type Blame = 'order' | 'accident' | 'foreign';

/** Who wrote what is in effect. A loss that follows from it is theirs. */
export type Writer = Exclude<Blame, 'accident'>;
