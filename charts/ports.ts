/** Istio reads the protocol from the name of a port; without it requests become plain TCP, and weights do nothing. */
export const httpPortName = 'http';
