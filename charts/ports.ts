/** Istio reads the protocol from the name of a port; without it requests become plain TCP, and weights do nothing. */
export const httpPortName = 'http';

/** The Gateway's port for plain HTTP. The Service in front of the gateway's pods may map it to another port of theirs. */
export const gatewayPort = 80;
