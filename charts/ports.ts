/** Istio reads the protocol from the name of a port; without it requests become plain TCP, and weights do nothing. */
export const httpPortName = 'http';

/** On which the Gateway listens for plain HTTP; a Service may map it to another port of the pods. */
export const entrancePort = 80;
